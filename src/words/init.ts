// What init says: what it found in a house that abra kept, and what to type next.
import { list, table, text, type Block, type Doc } from "../core/doc.ts";
import type { RefusalReason } from "../core/errors.ts";
import type { Oddity } from "../core/oddity.ts";
import { plain } from "./draw.ts";
import { counted } from "./phrases.ts";
import { refusalDoc } from "./refusals.ts";

/** A server as init found it. */
export interface FoundServer {
  readonly name: string;
  readonly apps: number;
  /** How it is reached; absent when it could not be taken over. */
  readonly way?: string;
  /** Why it is not in the config, or could not be looked at. */
  readonly problem?: string;
  readonly oddities: readonly Oddity[];
}

export interface TakenOver {
  readonly file: string;
  readonly servers: readonly FoundServer[];
  /** What was left aside, a sentence each. */
  readonly aside: readonly string[];
}

export function takenOverDoc({ file, servers, aside }: TakenOver): Doc {
  const apps = servers.reduce((sum, server) => sum + server.apps, 0);
  const reached = servers.filter(({ problem }) => problem === undefined).length;
  const rows = servers.map(({ name, way, apps: own, problem }) => [
    problem === undefined ? "ok" : "MEND",
    name,
    way ?? "not in the config",
    String(own),
    problem ?? "reached",
  ]);
  return [
    text(
      `abra has ${counted(servers.length, "server")} and ${counted(apps, "app")} here; moot reached ${reached} of ${servers.length}.`,
    ),
    ...(servers.length === 0 ? [] : [table(["", "server", "by", "apps", "how it is"], rows)]),
    ...oddityBlocks(servers),
    ...(aside.length === 0 ? [] : [text("Left aside:"), list(aside)]),
    text(`Nothing was changed anywhere. The config was written: ${file}`),
    text("Next: open it and fill in matrix and members, and what is marked above; then type"),
    ...nextBlocks(file),
  ];
}

export function writtenDoc(file: string): Doc {
  return [
    text(`The config was written: ${file}. Nothing else was changed.`),
    text([
      "Next: put the password into its file, and make the key of encrypted rooms (",
      { code: "openssl rand -base64 32 > moot-store-key" },
      "), both chmod 600; then type",
    ]),
    ...nextBlocks(file),
  ];
}

/** Why a server was not looked at, in a cell of the table. */
export function unreachedWords(reason: RefusalReason): string {
  if (reason.kind === "host-key-unknown")
    return `its host key is not known here. If ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub shows ${reason.fingerprint} on the server itself, add ${reason.line}`;
  if (reason.kind === "host-key-changed")
    return `it shows another host key than known_hosts has: ${reason.found} instead of ${reason.expected}. Find out why before you go on`;
  return "problem" in reason ? reason.problem : plain(refusalDoc(reason)).replaceAll("\n", " ");
}

function nextBlocks(file: string): readonly Block[] {
  return [
    { kind: "code", text: `node src/main.ts check --config ${file}` },
    text("which tries all of it, and says what else to do."),
  ];
}

const HEADS: Readonly<Record<Oddity["kind"], string>> = {
  "bad-env": "Env files that cannot be read; mend them:",
  "not-deployed":
    "Env files whose app does not run; deploy it with !deploy DOMAIN, or put the file away:",
  "no-env":
    "Stacks that abra deployed and that have no env file here; get the file from whoever deployed it, or remove the stack:",
  dirty:
    "Apps deployed with changes to the recipe that nobody committed; moot cannot know them, so publish them before the next deploy:",
  chaos:
    "Apps deployed from a commit instead of a version; the next deploy takes a version unless you type --chaos:",
  "other-version":
    "Apps that run another version than their env file says; !deploy DOMAIN would put that version there, so correct the TYPE line first if it is wrong:",
};

function oddityBlocks(servers: readonly FoundServer[]): readonly Block[] {
  const found = servers.flatMap(({ name, oddities }) => oddities.map((one) => ({ name, one })));
  return Object.entries(HEADS).flatMap(([kind, head]) => {
    const lines = found.filter(({ one }) => one.kind === kind);
    if (lines.length === 0) return [];
    return [text(head), list(lines.map(({ name, one }) => `${oddityWords(one)} (${name})`))];
  });
}

function oddityWords(oddity: Oddity): string {
  switch (oddity.kind) {
    case "not-deployed":
      return oddity.app;
    case "no-env":
      return oddity.recipe === undefined
        ? oddity.stack
        : `${oddity.stack}, of the recipe ${oddity.recipe}`;
    case "dirty":
    case "chaos":
      return `${oddity.app}, at ${oddity.version}`;
    case "other-version":
      return `${oddity.app} runs ${oddity.deployed}, its env file says ${oddity.pinned}`;
    case "bad-env":
      return `${oddity.app}: ${oddity.problem}`;
  }
}
