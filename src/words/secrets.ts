// Secrets: where each version stands, and how a value is handed over without a room ever seeing it.
import type { SecretStanding, Standing } from "../core/app-secrets.ts";
import { makeWords } from "../core/app-secrets.ts";
import { code, list, table, text, type Block, type Doc, type Line } from "../core/doc.ts";
import type { AppName } from "../core/ids.ts";
import { moment } from "./phrases.ts";

const STANDS: Readonly<Record<Standing, string>> = {
  here: "on the server",
  missing: "missing",
  leaving: "old, but what runs uses it",
  unused: "old, used by nothing",
};

export function secretsDoc(app: AppName, rows: readonly SecretStanding[]): Doc {
  if (rows.length === 0) return [text([{ strong: app }, " has no secrets, and needs none."])];
  const head = ["secret", "version", "key in the env file", "where", "how it is made"];
  return [
    text([{ strong: app }, ": its secrets. Nobody can read a value back, moot neither."]),
    table(head, rows.map(row)),
    ...next(app, rows),
  ];
}

function row({ secret, version, name, standing, since, wanted }: SecretStanding): string[] {
  const where =
    since === undefined ? STANDS[standing] : `${STANDS[standing]} since ${moment(since)}`;
  return [
    secret === "" ? name : secret,
    version === "" ? "none" : version,
    wanted === undefined ? "" : (wanted.key ?? "none: it cannot be replaced"),
    where,
    wanted === undefined ? "" : wanted.generate ? makeWords(wanted.make) : "by people",
  ];
}

function next(app: AppName, rows: readonly SecretStanding[]): readonly Block[] {
  const missing = rows.filter(({ standing }) => standing === "missing");
  const unused = rows.find(({ standing }) => standing === "unused");
  const byHand = missing.find(({ wanted }) => wanted?.generate === false);
  const lines: Line[] = [
    ...(missing.some(({ wanted }) => wanted?.generate === true)
      ? [["Make what is missing: ", { code: `!secrets ${app} generate` }]]
      : []),
    ...(byHand === undefined
      ? []
      : [["Hand one over: ", { code: `!secrets ${app} insert ${byHand.secret}` }]]),
    ...(unused === undefined
      ? []
      : [
          [
            "Remove an old one: ",
            { code: `!secrets ${app} remove ${unused.secret}_${unused.version}` },
          ],
        ]),
  ];
  return lines.length === 0 ? [] : [list(lines)];
}

export function nothingMissingDoc(app: AppName, byHand: readonly string[]): Doc {
  const [first] = byHand;
  if (first === undefined)
    return [
      text(["No secret of ", { code: app }, " is missing. Nothing was changed."]),
      text([{ code: `!secrets ${app}` }, " lists them."]),
    ];
  return [
    text(["What is missing of ", { code: app }, " only people can give. Nothing was changed."]),
    list(byHand.map((secret) => [{ code: `!secrets ${app} insert ${secret}` }])),
  ];
}

/** Where the value goes; told once people have agreed. */
export function insertDoc(name: string, path: string, until: number): Doc {
  const [place, fresh] = [quoted(path), quoted(`${path}.new`)];
  return [
    text([
      "moot waits for the value of ",
      { code: name },
      ` until ${moment(until)}. On moot's own machine, as moot's user or root, type one of these:`,
    ]),
    code(
      [
        `( umask 077; cat > ${fresh} && mv ${fresh} ${place} )   # paste, then Enter and Ctrl-D`,
        `pass show NAME | install -m 600 /dev/stdin ${place}`,
      ].join("\n"),
    ),
    text(
      "moot reads the file once, overwrites and removes it. A line break at its end is kept, unless you asked with --trim. Never type the value here.",
    ),
  ];
}

/** One word to a shell, whatever is in it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

export function insertedDoc(name: string, hasLineBreak: boolean): Doc {
  const rest = hasLineBreak
    ? " It ends with a line break, which was kept; if that is wrong, insert it again under the next version with --trim."
    : "";
  return [
    text([{ code: name }, ` is inserted; its file is gone and moot has forgotten it.${rest}`]),
  ];
}
