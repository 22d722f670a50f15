// The exact points at which tests kill moot, by what it writes to its ledger; nothing in the product knows of them.
import type { World } from "../../src/app/world.ts";
import type { JournalEntry, Ledger } from "../../src/core/ledger.ts";
import type { Host } from "../../src/core/ports.ts";
import type { UpdateState } from "../../src/core/update.ts";

/** The environment variables that name the point to `moot.ts`, and the signal if it is not SIGKILL. */
export const KILL_AT = "MOOT_KILL_AT";
export const KILL_WITH = "MOOT_KILL_WITH";

export type KillPoint =
  /** The event is in the inbox, and nobody was told so. */
  | "stored"
  /** The job is in the queue. */
  | "queued"
  /** People are to be asked, and were not. */
  | "asked"
  /** Somebody's word on what is asked is kept, and nothing follows from it. */
  | "voted"
  /** What was asked is agreed to, its job is in the queue, and nobody was told. */
  | "decided"
  /** A step stands in the journal, and nothing was done of it. */
  | `before ${StepName}`
  /** All was done of a step, and the journal does not say so. */
  | `after ${StepName}`
  /** The journal says that a step is done, and the next does not stand in it. */
  | `past ${StepName}`
  /** Before and after of the step that has this number in the journal, since a job may have several of a kind. */
  | `before step ${number}`
  | `after step ${number}`
  /** The first service of a stack is on the server, and the docker CLI still runs. */
  | "within deploy-stack"
  /** Somebody's wish to stop the job is kept, and the job does not know. */
  | "cancel asked"
  /** The job has its ending, and the room was not told. */
  | "ended"
  /** An update is in that state, and nothing follows from it yet. */
  | `update ${UpdateState}`
  /** The room has a letter of that key, and the outbox does not know; `approval` is the message that asks. */
  | `sent ${(typeof LETTERS)[number]}`
  /** The same of an edit of such a letter. */
  | `edited ${(typeof LETTERS)[number]}`;

/** A step of the way back is another than its like on the way on; what is destroyed has a step a kind. */
export type StepName = Kind | `back ${Kind}` | `destroy ${"volume" | "secret" | "config"}`;

type Kind = JournalEntry["step"]["kind"];

const LETTERS = ["ending", "progress", "sign", "approval", "alert"] as const;

/** The same world, but that it gets this signal from itself whenever it comes to the point. */
export function dieAt(world: World, point: string, signal: string): World {
  const reach = (passed: KillPoint): void => {
    if (passed === point) process.kill(process.pid, signal);
  };
  if (point === "within deploy-stack") {
    for (const server of world.hosts.servers) watchWriting(world.hosts.get(server), reach);
  }
  return { ...world, ledger: watchLedger(world.ledger, reach) };
}

type Reach = (point: KillPoint) => void;

function watchLedger(ledger: Ledger, reach: Reach): Ledger {
  const { inbox, jobs, approvals } = ledger;
  const names = new Map<number, StepName>();
  /** What is passed in a transaction counts when that is written. */
  const passed: KillPoint[] = [];
  return {
    ...ledger,
    inbox: {
      ...inbox,
      record: (batch, at) => {
        inbox.record(batch, at);
        if (batch.length > 0) reach("stored");
      },
    },
    jobs: {
      ...jobs,
      enqueue: (job, at) => {
        passed.push("queued");
        return jobs.enqueue(job, at);
      },
      stepStarted: (id, seq, step, at) => {
        jobs.stepStarted(id, seq, step, at);
        const name = nameOf(step, jobs.journal(id));
        names.set(seq, name);
        reach(`before ${name}`);
        reach(`before step ${seq}`);
      },
      stepDone: (id, seq, ...rest) => {
        const name = names.get(seq);
        if (name !== undefined) reach(`after ${name}`);
        reach(`after step ${seq}`);
        jobs.stepDone(id, seq, ...rest);
        if (name !== undefined) passed.push(`past ${name}`);
      },
      askCancel: (...args) => {
        passed.push("cancel asked");
        jobs.askCancel(...args);
      },
      advance: (...args) => {
        if (args[2] !== "running") passed.push("ended");
        return jobs.advance(...args);
      },
    },
    approvals: {
      ...approvals,
      open: (...args) => {
        passed.push("asked");
        return approvals.open(...args);
      },
      vote: (id, vote) => {
        // What the asker typed is kept together with what it asks for.
        if (vote.how !== "command") passed.push("voted");
        return approvals.vote(id, vote);
      },
      end: (id, state, ...rest) => {
        if (state === "approved") passed.push("decided");
        return approvals.end(id, state, ...rest);
      },
    },
    updates: watchUpdates(ledger.updates, passed),
    outbox: watchOutbox(ledger.outbox, reach),
    together: (act) => {
      const result = ledger.together(act);
      for (const point of passed.splice(0)) reach(point);
      return result;
    },
  };
}

/** What is found again is not seen again. */
function watchUpdates(updates: Ledger["updates"], passed: KillPoint[]): Ledger["updates"] {
  return {
    ...updates,
    found: (novelty, at) => {
      const before = updates.openOf(novelty.app);
      const superseded = updates.found(novelty, at);
      if (updates.openOf(novelty.app)?.id !== before?.id) passed.push("update seen");
      return superseded;
    },
    announce: (...args) => {
      passed.push("update announced");
      return updates.announce(...args);
    },
    turn: (...args) => {
      const isTurned = updates.turn(...args);
      if (isTurned) passed.push(`update ${args[2].state}`);
      return isTurned;
    },
  };
}

function nameOf(step: JournalEntry["step"], journal: readonly JournalEntry[]): StepName {
  const { kind } = step;
  if (kind === "turn-back") return kind;
  if (journal.some((entry) => entry.step.kind === "turn-back")) return `back ${kind}`;
  return kind === "destroy" ? `destroy ${step.what}` : kind;
}

function watchOutbox(outbox: Ledger["outbox"], reach: Reach): Ledger["outbox"] {
  const keys = new Map<number, string>();
  return {
    ...outbox,
    next: (...args) => {
      const letter = outbox.next(...args);
      if (letter !== undefined) keys.set(letter.id, letter.key);
      return letter;
    },
    sent: (id, event, at) => {
      const [first, second] = keys.get(id)?.split(":") ?? [];
      const isEdit = first === "edit";
      const kind = LETTERS.find((one) => one === (isEdit ? second : first));
      if (kind !== undefined) reach(isEdit ? `edited ${kind}` : `sent ${kind}`);
      outbox.sent(id, event, at);
    },
  };
}

/** Asks the server for its services as fast as it answers while the docker CLI writes. */
function watchWriting(host: Host, reach: Reach): void {
  const write = host.deploy.bind(host);
  Object.assign(host, {
    deploy: async (...[stack, compose, signal]: Parameters<Host["deploy"]>): Promise<void> => {
      const written = write(stack, compose, signal).then(() => "written" as const);
      for (;;) {
        const seen = await Promise.race([written, host.fleet(signal)]);
        if (seen === "written") return;
        if (seen.some((service) => service.stack === stack)) reach("within deploy-stack");
      }
    },
  } satisfies Partial<Host>);
}
