// What people decided, as a member reads it in the audit trail.
import { expect, test } from "vitest";
import type { AuditEntry } from "../../src/core/audit.ts";
import { plain } from "../../src/words/draw.ts";
import { auditDoc } from "../../src/words/audit.ts";

type Told = Pick<AuditEntry, "what" | "detail"> & { readonly on?: string };

test.each<readonly [string, Told]>([
  [
    "asked the room for a1: deploy on wiki.coop, a danger",
    {
      what: "request",
      on: "wiki.coop",
      detail: { approval: 1, permission: "deploy", tier: "danger" },
    },
  ],
  [
    "said no to a1 on wiki.coop",
    { what: "vote", on: "wiki.coop", detail: { approval: 1, vote: "no", how: "words" } },
  ],
  [
    "took back what @bea:example.coop said to a1",
    { what: "vote", detail: { approval: 1, vote: "taken-back", of: "@bea:example.coop" } },
  ],
  [
    "said something to a1 that does not count (not-entitled)",
    { what: "refusal", detail: { kind: "vote", approval: 1, why: "not-entitled" } },
  ],
  [
    "has a1 on wiki.coop approved, by the word of @ana:example.coop, @bea:example.coop",
    {
      what: "decision",
      on: "wiki.coop",
      detail: { approval: 1, state: "approved", yes: ["@ana:example.coop", "@bea:example.coop"] },
    },
  ],
  ["has a1 expired", { what: "decision", detail: { approval: 1, state: "expired", yes: [] } }],
  [
    "made hold h1 on wiki.coop: the backup runs",
    { what: "hold", on: "wiki.coop", detail: { hold: 1, reason: "the backup runs" } },
  ],
  ["lifted hold h1 on wiki.coop", { what: "unhold", on: "wiki.coop", detail: { hold: 1 } }],
  [
    "broke the glass on wiki.coop, to act alone: it burns",
    { what: "break-glass", on: "wiki.coop", detail: { breakglass: 1, reason: "it burns" } },
  ],
  [
    "had the identity abc taken for that of @bea:example.coop, by the word of @ana:example.coop",
    {
      what: "identity",
      on: "@bea:example.coop",
      detail: { identity: "abc", agreed: ["@ana:example.coop"] },
    },
  ],
  ["is away", { what: "absence", detail: { act: "away" } }],
  ["is back", { what: "absence", detail: { act: "back" } }],
])("somebody %s", (words, told) => {
  const said = plain(
    auditDoc([{ id: 7, hash: "", at: 0, who: "@ana:example.coop", ...told }], false),
  );
  expect(said).toContain(`@ana:example.coop ${words}`);
});
