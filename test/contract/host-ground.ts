// What the cases of every Host stand on: stacks that do as a case says, and programs to run in them.
import { Refusal, type RefusalReason } from "../../src/core/errors.ts";
import type { Exec } from "../../src/core/exec.ts";
import type { StackName } from "../../src/core/ids.ts";
import type { Clock, Host } from "../../src/core/ports.ts";
import type { StackState } from "../../src/core/state.ts";
import { judge, type Judgement } from "../../src/core/verdict.ts";
import { NOTHING_SEEN, witness } from "../../src/core/witness.ts";

/** What a stack's only service `app` does once it is written. */
export type Fate =
  | "runs"
  /** As `runs`, with another value in its env. */
  | "runs-changed"
  | "crashes"
  | "ends-well"
  | "finds-no-node"
  /** As `runs`, but the new task never comes up and swarm goes back. */
  | "is-rolled-back";

export interface HostGround extends AsyncDisposable {
  readonly host: Host;
  /** The one the host goes by. */
  readonly clock: Clock;
  /** An image that can be pulled, with its tag; and one that cannot. */
  readonly image: string;
  readonly missing: string;
  /** A stack with that fate: what `deploy` is given, and what it means. */
  stack(
    stack: StackName,
    fate: Fate,
  ): Promise<{ readonly compose: string; readonly state: StackState }>;
  /** As `runs`, with this secret and a volume `data` of the stack mounted at /data. */
  holding(stack: StackName, secret: string): ReturnType<HostGround["stack"]>;
  /** Makes a secret that carries the stack's label, as the docker CLI does. */
  label(stack: StackName, secret: string): Promise<void>;
  /** Starts what reads these secrets, as a moot leaves it that is killed meanwhile. */
  leaveReader(names: readonly string[]): Promise<void>;
  /** How many such are there. */
  readers(): Promise<number>;
  /** Takes the whole stack away, as an operator does; it may take its time. */
  remove(stack: StackName): Promise<void>;
}

/** What a crash writes before it exits with 3. */
export const LAST_WORDS = "fatal: no listen line";
/** The rule on every stack's service, and the value of its variable `TRAP`. */
export const RULE = "Host(`wiki.example.coop`)";
export const TRAP = "a$b $$c ${d}";

/** Programs that run in every container of the contract, and what they do. */
export const PROGRAMS = {
  /** Says `one` and, on its standard error, `two`; ends with 4. */
  speaks: ["sh", "-c", "echo one; sleep 0.2; echo two >&2; exit 4"],
  /** Says its words and its variable `WORD`, each on a line. */
  repeats: ["sh", "-c", 'printf "%s\\n" "$@" "$WORD"', "sh", "a b", "$(id)", "*"],
  /** Says what is in the file /tmp/moot/note. */
  reads: ["cat", "/tmp/moot/note"],
  /** Says `x` a thousand times, without a line's end. */
  chatters: ["sh", "-c", "head -c 1000 /dev/zero | tr '\\0' x"],
  /** Writes `hello` to the service's log. */
  writes: ["sh", "-c", "echo hello >/proc/1/fd/1"],
  /** Says `waiting`, then does nothing for ever. */
  lingers: ["sh", "-c", "echo waiting; sleep 77777"],
  /** Puts files, a folder, a link and a foreign owner into /data. */
  fills: [
    "sh",
    "-c",
    "cd /data; head -c 300000 /dev/urandom >big; mkdir -p deep; echo one >deep/note; ln -sf note deep/link; chown 7:8 deep/note; chmod 4750 deep/note",
  ],
  /** Changes one of them by one letter. */
  changes: ["sh", "-c", "echo two >/data/deep/note"],
  /** Says what runs in the container. */
  lists: ["ps"],
} as const satisfies Readonly<Record<string, Exec["argv"]>>;

const PATIENCE = 90_000;

/** Watches the service `app` until it has ended. */
export async function watchEnding(
  { host, clock }: Pick<HostGround, "host" | "clock">,
  stack: StackName,
  before: Readonly<Record<string, number>>,
): Promise<Judgement> {
  const deadline = clock.now() + PATIENCE;
  let history = NOTHING_SEEN;
  for await (const sight of host.watch(stack, AbortSignal.timeout(PATIENCE * 2))) {
    history = witness(history, sight);
    const [judgement] = judge(history, { services: ["app"], before, deadline }, clock.now());
    if (judgement?.kind === "ended") return judgement;
  }
  throw new Error("the watch ended by itself");
}

export function currentIds({ services }: Awaited<ReturnType<Host["sight"]>>): readonly string[] {
  return services.flatMap(({ tasks }) =>
    tasks.filter(({ current, state }) => current && state === "running").map(({ id }) => id),
  );
}

export async function refusalOf(promise: Promise<unknown>): Promise<RefusalReason> {
  const error: unknown = await promise.then(
    () => undefined,
    (problem: unknown) => problem,
  );
  if (error instanceof Refusal) return error.reason;
  throw new Error("it was not refused", { cause: error });
}
