// Refusals about who holds which role.
import { text, type Block, type Line } from "../core/doc.ts";
import type { RefusalReason } from "../core/errors.ts";
import { scopeWords } from "./people.ts";
import { listed, moment } from "./phrases.ts";

type Kind =
  | "bad-user"
  | "unknown-role"
  | "role-held"
  | "role-not-held"
  | "last-keeper"
  | "grant-too-wide"
  | "grant-over";

type Words = {
  readonly [One in Kind]: (
    reason: Extract<RefusalReason, { readonly kind: One }>,
  ) => readonly Block[];
};

export const ROLE_REFUSALS: Words = {
  "bad-user": (r) => [
    text([{ code: shortened(r.typed) }, " is no Matrix ID.", ...meant(r.nearest)]),
    text(["A full one looks like ", { code: "@ana:example.coop" }, "; every letter of it counts."]),
  ],
  "unknown-role": (r) => [
    text(["There is no role ", { code: shortened(r.role) }, ".", ...meant(r.nearest)]),
    text(
      r.known.length === 0
        ? "moot's config has no roles."
        : ["The roles are ", listed(r.known), ". Type ", { code: "!roles" }, " to read them."],
    ),
  ],
  "role-held": (r) => [
    text([{ code: r.user }, ` has the role ${r.role} already, as far and as long as that.`]),
    text(["Type ", { code: `!roles ${r.user}` }, " to see what they may do."]),
  ],
  "role-not-held": (r) => [
    text([
      { code: r.user },
      r.held.length === 0
        ? ` does not have the role ${r.role}: they have none.`
        : ` does not have the role ${r.role}, but ${listed(r.held)}.`,
      ...meant(r.nearest),
    ]),
    text(["Type ", { code: "!roles" }, " to see who has which."]),
  ],
  "last-keeper": (r) => [
    text([
      { code: r.user },
      ` is the last who can grant roles everywhere, so they keep the role ${r.role}.`,
    ]),
    text([
      "Give it to somebody else first, without an end: ",
      { code: `!grant @SOMEBODY ${r.role}` },
      ".",
    ]),
  ],
  "grant-too-wide": (r) => [
    text(
      `Who asks may give and take roles only ${scopeWords(r.ways)}; this reaches further. Nothing was changed.`,
    ),
    text([
      "Narrow it with ",
      { code: "--servers" },
      ", ",
      { code: "--apps" },
      " or ",
      { code: "--rooms" },
      ", or ask somebody who may do more.",
    ]),
  ],
  "grant-over": (r) => [
    text([
      `The role ${r.role} was asked for `,
      { code: r.user },
      ` until ${moment(r.until)}, which is past. Nothing was changed.`,
    ]),
    text(["Ask anew with ", { code: `!grant ${r.user} ${r.role} --until …` }, "."]),
  ],
};

function meant(nearest: string | undefined): Exclude<Line, string> {
  return nearest === undefined ? [] : [" Did you mean ", { code: nearest }, "?"];
}

function shortened(typed: string): string {
  return typed.length > 60 ? `${typed.slice(0, 60)}…` : typed;
}
