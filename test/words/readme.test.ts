// Keeps what the README shows equal to what it shows it of.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { COMMANDS } from "../../commands/index.ts";
import { commandTable } from "../../src/words/help.ts";
import { parsed, problemsOf } from "../config/parsed.ts";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** The first part of the README between two texts. */
function between(start: string, end: string): string | undefined {
  return readme.split(start)[1]?.split(end)[0];
}

test("the README's commands are those of the command table", () => {
  const shown = between("<!-- prettier-ignore-start -->\n\n", "\n\n<!-- prettier-ignore-end -->");
  expect(shown).toBe(commandTable(COMMANDS));
});

test("the README's config has no mistake, and nothing in it is doubtful", () => {
  const config = between("```yaml\n", "```") ?? "";
  expect(problemsOf(config)).toEqual([]);
  expect(parsed(config).warnings).toEqual([]);
});
