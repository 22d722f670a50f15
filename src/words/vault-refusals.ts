// Refusals about the repository that a server's backups are kept in: each has another remedy, so they are told apart.
import { text, type Line } from "../core/doc.ts";
import type { ServerName } from "../core/ids.ts";
import { SELF } from "../core/self.ts";
import type { VaultReason, VaultSide } from "../core/vault-errors.ts";
import type { Words } from "./people-refusals.ts";
import { shortId } from "./phrases.ts";

export const VAULT_WORDS: Words<VaultReason["kind"]> = {
  "no-repository": (r) => [
    text(["No repository for backups is configured for ", { code: r.server }, "."]),
    next([
      "In moot's config, under ",
      { code: "backups.repositories" },
      ", add ",
      { code: `${r.server}: { url: …, password: { file: … } }` },
      " as bot.config.example.yaml shows, then start moot again.",
    ]),
  ],
  "repository-missing": (r) => [
    text([
      `Seen from ${seenFrom(r.side, r.server)}, there is no repository of backups at `,
      { code: r.address },
      ". A disk that is not mounted looks the same. Nothing was changed.",
    ]),
    next([
      "If it is new, make it with ",
      { code: `restic init --repo ${r.address}` },
      ", with the password of moot's config; otherwise mend its address under ",
      { code: settingOf(r.server) },
      ".",
    ]),
  ],
  "repository-password": (r) => [
    text(["The repository of backups ", { code: r.address }, " does not open with its password."]),
    next([
      "Put the right one where ",
      { code: `${settingOf(r.server)}.password` },
      " of moot's config says, then type the command again. The repository itself is unharmed.",
    ]),
  ],
  "repository-locked": (r) => [
    text(`The backups of ${whose(r.server)} are locked, and stayed so while moot waited: ${r.by}.`),
    next(
      "Wait until that has ended, then type the command again. A lock whose owner died falls by itself half an hour after its last sign of life.",
    ),
  ],
  "repository-full": (r) => [
    text([
      "There is no space left where the backups of ",
      whose(r.server),
      " are kept: ",
      at(r.address),
    ]),
    next(
      "Free some there, or shorten backups.keep in moot's config; what was saved before is unharmed.",
    ),
  ],
  "repository-unreachable": (r) => [
    text([
      `${seenFrom(r.side, r.server)} cannot reach the repository of backups `,
      { code: r.address },
      `: ${r.problem}`,
    ]),
    next([
      "See that the machine that keeps it is up, and that it can be reached from there; if it is, mend ",
      { code: settingOf(r.server) },
      " in moot's config. Then type the command again.",
    ]),
  ],
  "repository-refuses": (r) => [
    text([
      `Whoever keeps the repository of backups `,
      { code: r.address },
      ` refused what ${seenFrom(r.side, r.server)} asked: ${r.problem}`,
    ]),
    next([
      "See that the login or key that ",
      { code: `${settingOf(r.server)}${r.side === "moot" && r.server !== SELF ? ".own" : ""}` },
      " of moot's config names is right, and may do this. Then type the command again.",
    ]),
  ],
  "repository-failing": (r) => [
    text([
      "Whoever keeps the repository of backups ",
      { code: r.address },
      ` answers, but fails: ${r.problem}`,
    ]),
    next(
      "Look on that machine: its disk may be full, and its log says more. Then type the command again; what was saved before is unharmed.",
    ),
  ],
  "restic-unfit": (r) => [
    text(
      `${r.side === "moot" ? "On moot's machine" : "In the image of backups.image"}, restic ${r.found === undefined ? "is missing" : `is version ${r.found}, which is too old`}; moot needs 0.17 or newer.`,
    ),
    next(
      r.side === "moot"
        ? "Install it there (Debian 13 has 0.18), or name a newer one as tools.restic in moot's config."
        : "Name a newer image as backups.image in moot's config, by its digest.",
    ),
  ],
  "unknown-snapshot": (r) => [
    text(["The repository of ", whose(r.server), " has no snapshot ", { code: r.snapshot }, "."]),
    next(["Type ", { code: `!backups ${r.app ?? "APP"}` }, " for those that it has."]),
  ],
  "absent-file": (r) => {
    const snapshot = shortId(r.snapshot);
    return [
      text(["The snapshot ", { code: snapshot }, " has no file ", { code: r.path }, "."]),
      next(["Type ", { code: `!backups APP --files ${snapshot}` }, " for what is in it."]),
    ];
  },
};

/** Where the config says how to get at it. */
function settingOf(server: ServerName): string {
  return server === SELF ? "backups.self" : `backups.repositories.${server}`;
}

function whose(server: ServerName): string {
  return server === SELF ? "moot itself" : server;
}

function seenFrom(side: VaultSide, server: string): string {
  return side === "moot" ? "moot's machine" : server;
}

function at(address: string): { readonly code: string } {
  return { code: address };
}

function next(line: Line): ReturnType<typeof text> {
  return typeof line === "string" ? text(`Next: ${line}`) : text(["Next: ", ...line]);
}
