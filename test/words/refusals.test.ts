// A refusal ends with something to do.
import { expect, it } from "vitest";
import type { RefusalReason } from "../../src/core/errors.ts";
import { plain } from "../../src/words/draw.ts";
import { refusalDoc } from "../../src/words/refusals.ts";

it.each<RefusalReason>([
  { kind: "step-failed", step: "pull the image", problem: "no space left on device" },
  { kind: "bad-config", file: "bot.config.yaml", problems: ["roles: is missing"] },
  { kind: "homeserver", problem: "the password is wrong" },
])("$kind says what to do next", (reason) => {
  expect(plain(refusalDoc(reason)).trimEnd().split("\n").at(-1)).toMatch(/^Next: /);
});
