// Draws a document in the HTML that Matrix clients show.
import type { Block, Doc, Line, Span } from "../core/doc.ts";
import { plain, tame } from "../words/draw.ts";

/** Text and HTML together; ciphertext grows by a third and an event ends at 64 KiB (chatops.md §3, Size). */
const MOST_BYTES = 24 * 1024;

/** Whether the document goes into one message as it is. */
export function fits(doc: Doc): boolean {
  return Buffer.byteLength(plain(doc)) + Buffer.byteLength(html(doc)) <= MOST_BYTES;
}

export function html(doc: Doc): string {
  return doc.map(blockHtml).join("");
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case "text":
      return `<p>${lineHtml(block.line)}</p>`;
    case "list":
      return `<ul>${block.items.map((item) => `<li>${lineHtml(item)}</li>`).join("")}</ul>`;
    case "table":
      return `<table><thead>${row("th", block.head)}</thead><tbody>${block.rows.map((cells) => row("td", cells)).join("")}</tbody></table>`;
    case "code":
      return `<pre><code>${escaped(block.text)}</code></pre>`;
  }
}

function row(tag: "th" | "td", cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>`;
}

function lineHtml(line: Line): string {
  const spans = typeof line === "string" ? [line] : line;
  return spans.map(spanHtml).join("");
}

function spanHtml(span: Span): string {
  if (typeof span === "string") return escaped(span).replaceAll("\n", "<br>");
  if ("code" in span) return `<code>${escaped(span.code)}</code>`;
  if ("strong" in span) return `<strong>${escaped(span.strong)}</strong>`;
  return `<a href="${escaped(linkTo(span.member))}">${escaped(span.member)}</a>`;
}

/** Written as Element writes it: only what could end the link is encoded. */
function linkTo(member: string): string {
  const encoded = encodeURIComponent(member).replace("%40", "@").replace("%3A", ":");
  return `https://matrix.to/#/${encoded}`;
}

const entities = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
]);

function escaped(text: string): string {
  return tame(text).replaceAll(/[&<>"']/g, (character) => entities.get(character) ?? "");
}
