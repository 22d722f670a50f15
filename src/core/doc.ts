// What moot says, as data: blocks of text that every room draws in its own way.

/** A run of text inside a line. `code` is set in fixed width, `strong` is bold. A member is shown as a mention, and rings only if the message does. */
export type Span =
  string | { readonly code: string } | { readonly strong: string } | { readonly member: string };

export type Line = string | readonly Span[];

export type Block =
  | { readonly kind: "text"; readonly line: Line }
  | { readonly kind: "list"; readonly items: readonly Line[] }
  | {
      readonly kind: "table";
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  /** Fixed-width text: log lines, a command to type. */
  | { readonly kind: "code"; readonly text: string };

export type Doc = readonly Block[];

export function text(line: Line): Block {
  return { kind: "text", line };
}

export function list(items: readonly Line[]): Block {
  return { kind: "list", items };
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): Block {
  return { kind: "table", head, rows };
}

export function code(content: string): Block {
  return { kind: "code", text: content };
}
