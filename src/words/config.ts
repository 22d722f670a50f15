// An app's env file as people may see it: its groups, how it differs from the recipe's sample, and what an edit would bring.
import type { Attachment, Preview } from "../core/command.ts";
import { list, text, type Block, type Doc, type Line } from "../core/doc.ts";
import { envGroups, type EnvGroup } from "../core/envedit.ts";
import type { EnvFile } from "../core/envfile.ts";
import type { AppName } from "../core/ids.ts";
import type { EnvKnowledge, SampleDiff, UnknownKey } from "../core/known-keys.ts";
import { maskValue } from "../core/mask.ts";
import { plain } from "./draw.ts";
import { counted } from "./phrases.ts";
import { planDoc } from "./plan.ts";
import { refusalDoc } from "./refusals.ts";

type Mask = (text: string) => string;

/** More than this comes as a file. */
const MOST_CHARACTERS = 4_000;
const LONGEST = 200;

export function configAnswer(
  app: AppName,
  env: EnvFile,
  mask: Mask,
): { readonly doc: Doc; readonly attachment?: Attachment } {
  const groups = envGroups(env);
  if (groups.length === 0)
    return { doc: [text([{ strong: app }, ": the env file sets nothing."])] };
  const whole = groups.flatMap((group) => groupBlocks(group, mask));
  const head = text([
    { strong: app },
    ": its env file; values that look secret are not shown, and what is off stands behind a # there.",
  ]);
  const next = text(["To change it: ", { code: `!config ${app} KEY=VALUE` }, "."]);
  const drawn = plain(whole);
  if (drawn.length <= MOST_CHARACTERS) return { doc: [head, ...whole, next] };
  const keys = groups.reduce((sum, { lines }) => sum + lines.length, 0);
  const beside = text(`It has ${counted(keys, "key")}; the whole is in the file that follows.`);
  return { doc: [head, beside, next], attachment: { name: `${app}.env.txt`, text: `${drawn}\n` } };
}

function groupBlocks({ heading, lines }: EnvGroup, mask: Mask): readonly Block[] {
  const above = heading.length === 0 ? [] : [text([{ strong: mask(heading.join(" ")) }])];
  const items = lines.map((line): Line => {
    if (line.kind === "off")
      return [{ code: line.key }, ` off${offered(line.key, line.value, mask)}`];
    const { key, value } = line.entry;
    return [{ code: key }, " = ", ...shown(key, value, mask)];
  });
  return [...above, list(items)];
}

function offered(key: string, value: string, mask: Mask): string {
  return value === "" ? "" : ` (${short(mask(maskValue(key, value)))})`;
}

function shown(key: string, value: string, mask: Mask): Exclude<Line, string> {
  return value === "" ? ["(empty)"] : [{ code: short(mask(maskValue(key, value))) }];
}

function short(value: string): string {
  const line = value.replaceAll("\n", "⏎");
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

export function diffDoc(
  app: AppName,
  { version, sample }: EnvKnowledge,
  { missing, unknown, differing }: SampleDiff,
  mask: Mask,
): Doc {
  if (sample === undefined) {
    const words = `: its recipe has no sample at version ${version} that could be compared.`;
    return [text([{ strong: app }, words])];
  }
  const head = text([{ strong: app }, `: its env file beside the sample of version ${version}.`]);
  const parts = [
    ...part(
      "In the sample, and missing here:",
      missing.map(({ key, value, comment }) => [
        { code: key },
        " = ",
        ...shown(key, value, mask),
        ...(comment === undefined ? [] : [`: ${mask(comment)}`]),
      ]),
    ),
    ...part("Here, and read by nothing in the recipe:", unknown.map(unknownLine)),
    ...part(
      "Different, sample → here:",
      differing.map(({ key, sample: said, file }) => [
        { code: key },
        ": ",
        ...shown(key, said, mask),
        " → ",
        ...shown(key, file, mask),
      ]),
    ),
  ];
  return parts.length === 0 ? [head, text("They say the same.")] : [head, ...parts];
}

function part(head: string, items: readonly Line[]): readonly Block[] {
  return items.length === 0 ? [] : [text(head), list(items)];
}

function unknownLine({ key, nearest }: UnknownKey): Line {
  if (nearest === undefined) return [{ code: key }];
  return [{ code: key }, "; perhaps ", { code: nearest }, " was meant"];
}

export function sameEnvDoc(app: AppName): Doc {
  return [
    text(["The env file of ", { code: app }, " says that already. Nothing was changed."]),
    text([{ code: `!plan ${app}` }, " shows what a deploy would do."]),
  ];
}

/** What the edit comes to, once it is deployed. */
export function previewDoc(app: AppName, preview: Preview): Doc {
  const applied: Line = [
    { strong: "Nothing is applied until you type " },
    { code: `!deploy ${app}` },
    ".",
  ];
  if (preview.kind === "impossible") {
    return [
      text(["With this, ", { code: `!deploy ${app}` }, " would be refused:"]),
      ...refusalDoc(preview.reason),
      text(applied),
    ];
  }
  return [
    text(["With this, ", { code: `!deploy ${app}` }, " would do:"]),
    ...planDoc(preview.plan, "short"),
    text(applied),
  ];
}
