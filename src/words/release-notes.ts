// What a recipe's makers say about the versions on the way, and the settings that are new with them.
import { list, text, type Block, type Line } from "../core/doc.ts";
import { maskText, maskValue } from "../core/mask.ts";
import type { NewKey, Plan, ReleaseNote } from "../core/plan.ts";
import { counted, listed } from "./phrases.ts";

/** Characters. */
const SHORT = 280;
const LONG = 1_200;
const MOST_KEYS = 12;
/** Of notes in the short form, the newest. */
const MOST_NOTES = 8;

/** In the short form each note's beginning, so that a question stays one message. */
export function noteBlocks(
  { act, app, version: { from, to, step }, notes }: Plan,
  form: "short" | "long",
): readonly Block[] {
  if (notes.length === 0) {
    const isUp = step === "patch" || step === "minor" || step === "major";
    const none = `No version after ${from ?? "none"} up to ${to} has a release note.`;
    return act === "upgrade" && isUp ? [text(none)] : [];
  }
  const most = form === "short" ? SHORT : LONG;
  const shown = form === "short" ? notes.slice(-MOST_NOTES) : notes;
  const older = notes.length - shown.length;
  const head = older === 0 ? "" : ` (and ${older} older: !plan ${app} shows all)`;
  return [text(`Release notes${head}:`), list(shown.map((note) => noteLine(note, most)))];
}

function noteLine({ version, text: whole }: ReleaseNote, most: number): Line {
  const said = maskText(whole).replace(/\s+/g, " ").trim();
  if (said.length <= most) return [{ strong: version }, `: ${said}`];
  return [{ strong: version }, `: ${said.slice(0, most).toWellFormed()}…`];
}

/** Of an upgrade: what its env file may want to say from now on. */
export function newKeyBlocks(
  { act, app, newKeys }: Plan,
  form: "short" | "long",
): readonly Block[] {
  if (act !== "upgrade" || newKeys.length === 0) return [];
  const names = listed(newKeys.slice(0, MOST_KEYS).map(({ key }) => key));
  const head = `${counted(newKeys.length, "setting")} of the recipe's sample ${newKeys.length === 1 ? "is" : "are"} not in the env file`;
  if (form === "short") return [text(`${head}: ${names}.`)];
  return [
    text([`${head}; set one with `, { code: `!config ${app} KEY=VALUE` }, ":"]),
    list(newKeys.slice(0, MOST_KEYS).map(newKeyLine)),
  ];
}

function newKeyLine({ key, value, comment }: NewKey): Line {
  const shown = maskValue(key, value);
  return [{ code: `${key}=${shown}` }, comment === undefined ? "" : ` (${maskText(comment)})`];
}
