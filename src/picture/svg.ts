// Writes SVG: what is text stays text, whatever stands in it.

/** Drawn already; a plain string beside it is text still to be escaped. */
export interface Markup {
  readonly markup: string;
}

export type Attributes = Readonly<Record<string, string | number>>;

export function element(
  name: string,
  attributes: Attributes,
  ...children: readonly (Markup | string)[]
): Markup {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attribute(value)}"`);
  const inside = children.map((child) =>
    typeof child === "string" ? escaped(child) : child.markup,
  );
  return { markup: `<${name}${written.join("")}>${inside.join("")}</${name}>` };
}

function attribute(value: string | number): string {
  return typeof value === "string" ? escaped(value) : String(Math.round(value * 100) / 100);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** What XML cannot hold would make the whole unreadable, and a change of direction would turn the line around. */
const UNFIT =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;

function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(UNFIT, "")
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
