// The swarm in memory keeps the promise every host keeps.
import type { Exec } from "../../src/core/exec.ts";
import { isServerName } from "../../src/core/ids.ts";
import { imageOf } from "../../src/core/service-state.ts";
import { describeHost } from "../contract/host.ts";
import { LAST_WORDS, PROGRAMS, RULE, TRAP, type Fate } from "../contract/host-ground.ts";
import { named } from "../named.ts";
import { readerOf } from "./cargo.ts";
import { meaningOfJson, plainService } from "./composer.ts";
import { makeFastClock } from "./fast-clock.ts";
import { FakeHost } from "./host.ts";
import type { FakeProgram } from "./program.ts";
import type { Behaviour } from "./service.ts";

const IMAGE = "registry.example/moot/app:1.0.0";
const BEHAVIOURS: Readonly<Record<Fate, Behaviour>> = {
  runs: { kind: "runs" },
  "runs-changed": { kind: "runs" },
  crashes: { kind: "crashes", exitCode: 3, log: [LAST_WORDS] },
  "ends-well": { kind: "ends-well" },
  "finds-no-node": { kind: "finds-no-node", reason: "no suitable node (no such label)" },
  "is-rolled-back": { kind: "is-rolled-back", exitCode: 3 },
};

/** What the programs of the contract do. */
async function programOf(
  host: FakeHost,
  { stack, exec }: Parameters<FakeProgram>[0],
): ReturnType<FakeProgram> {
  if (exec.argv === PROGRAMS.lingers) return new Promise(() => undefined);
  if (exec.argv === PROGRAMS.writes) host.say(stack, exec.service, "hello");
  if (isWriting(exec.argv)) host.cargo.contents.set(`${stack}_data`, exec.argv.join(" "));
  return SAID.get(exec.argv)?.(exec) ?? { output: "", exitCode: 0 };
}

type Saying = (exec: Exec) => Awaited<ReturnType<FakeProgram>>;

const SAID: ReadonlyMap<readonly string[], Saying> = new Map<readonly string[], Saying>([
  [PROGRAMS.speaks, () => ({ output: "one\ntwo\n", exitCode: 4 })],
  [
    PROGRAMS.repeats,
    ({ argv, env }) => ({ output: [...argv.slice(4), env?.["WORD"], ""].join("\n"), exitCode: 0 }),
  ],
  [PROGRAMS.reads, ({ files }) => ({ output: String(files?.[0]?.content), exitCode: 0 })],
  [PROGRAMS.chatters, () => ({ output: "x".repeat(1_000), exitCode: 0 })],
]);

/** Whether a program leaves another volume than it found. */
function isWriting(argv: readonly string[]): boolean {
  return argv === PROGRAMS.fills || argv === PROGRAMS.changes;
}

describeHost("the swarm in memory", async () => {
  const server = named(isServerName, "alpha.example.coop");
  const clock = makeFastClock();
  const host = new FakeHost({ server, clock, meaning: meaningOfJson });
  const missing = "registry.example/moot/app:9.9.9";
  host.missing.add(missing);
  host.program = (run) => programOf(host, run);
  return {
    host,
    clock,
    image: imageOf(IMAGE).image,
    missing,
    stack: async (stack, fate) => {
      host.behave(stack, "app", BEHAVIOURS[fate]);
      const state = {
        stack,
        services: [
          plainService("app", IMAGE, {
            env: { TRAP, FATE: fate },
            labels: { "traefik.http.routers.wiki.rule": RULE },
            template: fate === "ends-well" ? { restart_policy: { condition: "none" } } : {},
          }),
        ],
        configs: [],
      };
      return { compose: JSON.stringify(state), state };
    },
    holding: async (stack, secret) => {
      host.behave(stack, "app", { kind: "runs" });
      const page = { name: `${stack}_page_v1`, sha256: "" };
      const holds = { secrets: [secret], configs: [page.name], volumes: [`${stack}_data`] };
      const state = { stack, services: [plainService("app", IMAGE, holds)], configs: [page] };
      return { compose: JSON.stringify(state), state };
    },
    label: async (stack, secret) => {
      host.holdings.createSecret(secret, "value");
      host.holdings.labels.set(secret, stack);
    },
    leaveReader: async (names) => void host.cargo.readers.add(readerOf(names)),
    readers: async () => host.cargo.readers.size,
    remove: async (stack) => host.removeServices(stack, ["app"], new AbortController().signal),
    [Symbol.asyncDispose]: async () => undefined,
  };
});
