// Holds an app's env file against the recipe's sample: what the sample has and the file lacks.
import { parseEnv, values, type EnvFile } from "./envfile.ts";
import type { NewKey } from "./plan.ts";

/** Keys that the sample sets and the file does not, in the sample's order; none when the sample cannot be read. */
export function newKeys(sample: string | undefined, env: EnvFile): readonly NewKey[] {
  const wanted = parseEnv(sample ?? "");
  if (wanted.kind !== "env") return [];
  const has = new Set(env.entries.map(({ key }) => key));
  const lines = wanted.text.split("\n");
  const offered = values(wanted);
  const first = new Map(wanted.entries.toReversed().map(({ key, line }) => [key, line]));
  return Object.entries(offered)
    .filter(([key]) => !has.has(key))
    .map(([key, value]) => {
      const comment = commentAbove(lines, first.get(key) ?? 1);
      return { key, value, ...(comment === "" ? {} : { comment }) };
    });
}

/** The values of the sample, or none when it cannot be read. */
export function sampleValues(sample: string | undefined): Readonly<Record<string, string>> {
  const known = parseEnv(sample ?? "");
  return known.kind === "env" ? values(known) : {};
}

/** A line that switches a key off is no comment on the next one. */
function commentAbove(lines: readonly string[], line: number): string {
  const above: string[] = [];
  for (let at = line - 2; at >= 0; at -= 1) {
    const [, said] = /^\s*#+\s*(.*)$/.exec(lines[at] ?? "") ?? [];
    if (said === undefined || /^[A-Za-z_]\w*=/.test(said)) break;
    above.unshift(said.trim());
  }
  return above.filter((said) => said !== "").join(" ");
}
