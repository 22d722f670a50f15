// Draws a document as plain text that is complete by itself.
import type { Block, Doc, Line, Span } from "../core/doc.ts";

/** The document as text: tables aligned, fixed-width blocks indented. */
export function plain(doc: Doc): string {
  return doc.map(drawBlock).join("\n");
}

/** One line as text. */
export function plainLine(line: Line): string {
  return drawLine(line);
}

/** Without what could steer a terminal or a reader: control characters other than line ends and tabs, and changes of direction. */
export function tame(text: string): string {
  return text
    .replaceAll(/\u001b\[[0-?]*[ -/]*[@-~]/g, "")
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "");
}

function drawBlock(block: Block): string {
  switch (block.kind) {
    case "text":
      return drawLine(block.line);
    case "list":
      return block.items.map((item) => `- ${drawLine(item)}`).join("\n");
    case "table":
      return drawTable([block.head, ...block.rows]);
    case "code":
      return indented(tame(block.text));
  }
}

function drawLine(line: Line): string {
  return tame(typeof line === "string" ? line : line.map(drawSpan).join(""));
}

function drawSpan(span: Span): string {
  if (typeof span === "string") return span;
  if ("code" in span) return span.code;
  return "strong" in span ? span.strong : span.member;
}

function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : `    ${line}`))
    .join("\n");
}

function drawTable(rows: readonly (readonly string[])[]): string {
  const tamed = rows.map((row) => row.map((cell) => tame(cell).replaceAll("\n", " ")));
  const widths: number[] = [];
  for (const row of tamed) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    });
  }
  return tamed.map((row) => drawRow(row, widths)).join("\n");
}

function drawRow(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - widthOf(cell)))
    .join("  ")
    .trimEnd();
}

const graphemes = new Intl.Segmenter();

/** Columns in a terminal: an emoji takes two. */
function widthOf(cell: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(cell)) {
    width += /\p{Emoji_Presentation}|\ufe0f/u.test(segment) ? 2 : 1;
  }
  return width;
}
