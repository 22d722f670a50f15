// The rules of agreement written a second time, as plainly as they can be, for laws to compare moot with.
import type { ApprovalState, Rule } from "../../src/core/approval.ts";
import type { EventId, UserId } from "../../src/core/ids.ts";

const DAY = 24 * 3_600_000;

/** `doer` may ask and not approve. */
export type OracleRole = "keeper" | "operator" | "doer" | "watcher" | "none";

interface Word {
  readonly by: UserId;
  readonly isYes: boolean;
  readonly isReaction: boolean;
  readonly event: EventId;
}

interface Case {
  readonly by: UserId;
  readonly command: EventId;
  readonly task: number;
  /** What the world was like when it was asked. */
  readonly version: number;
  readonly expires: number;
  state: ApprovalState;
  words: Word[];
}

export class Oracle {
  readonly cases: Case[] = [];
  /** The command of each job, in order. */
  readonly jobs: EventId[] = [];
  /** The tasks that jobs were started for. */
  readonly done = new Set<number>();
  readonly roles = new Map<UserId, OracleRole>();
  readonly joined = new Set<UserId>();
  readonly #rule: Rule;
  readonly #redacted = new Set<EventId>();
  /** The task whose job was the last: nothing is left to do for it. */
  #running: number | undefined;
  now: number;
  heldUntil: number | undefined;
  version = 0;

  constructor(rule: Rule, now: number) {
    this.#rule = rule;
    this.now = now;
  }

  ask(by: UserId, command: EventId, task: number): void {
    if (!this.joined.has(by) || !this.#mayAsk(by) || this.#isHeld()) return;
    const { people, requesterCounts } = this.#rule;
    if (people === 1 && requesterCounts) {
      this.#start(command, task);
      return;
    }
    const twin = this.cases.find(
      (one) => this.#isOpen(one) && one.task === task && one.version === this.version,
    );
    const yes = { by, isYes: true, isReaction: false, event: command };
    if (twin === undefined) this.#open({ by, command, task }, yes);
    else if (twin.by !== by && this.#mayDecide(by)) twin.words.push(yes);
  }

  say(word: Word, about: number): void {
    const found = this.cases[about];
    if (found === undefined || !this.#isOpen(found)) return;
    if (this.joined.has(word.by) && this.#mayDecide(word.by)) found.words.push(word);
  }

  /** A yes can be taken from anybody by who may redact; an objection only by its maker. */
  redact(by: UserId, event: EventId): void {
    this.#redacted.add(event);
    for (const one of this.cases.filter(({ state }) => state === "open")) {
      one.words = one.words.filter(
        (word) => word.event !== event || (!word.isYes && word.by !== by),
      );
    }
  }

  /** What must have happened once moot is at rest. */
  look(): void {
    for (const one of this.cases) {
      if (one.state === "open" && one.expires <= this.now) one.state = "expired";
    }
    while (this.cases.some((one) => this.#isOpen(one) && this.#isAgreed(one) && this.#end(one)));
  }

  /** False when it has to wait. */
  #end(one: Case): boolean {
    if (!this.joined.has(one.by) || !this.#mayAsk(one.by)) {
      one.state = "lapsed";
      return true;
    }
    if (this.#isHeld()) return false;
    if (one.version === this.version) {
      one.state = "approved";
      this.#start(one.command, one.task);
      return true;
    }
    const own = this.#lastWords(one).find(({ by, isYes }) => by === one.by && isYes);
    one.state = "lapsed";
    if (one.task !== this.#running) this.#open(one, own);
    return true;
  }

  #start(command: EventId, task: number): void {
    this.done.add(task);
    this.#running = task;
    this.jobs.push(command);
    this.version += 1;
  }

  /** `own`: the asker's yes. */
  #open({ by, command, task }: Pick<Case, "by" | "command" | "task">, own?: Word): void {
    this.cases.push({
      by,
      command,
      task,
      version: this.version,
      expires: this.now + DAY,
      state: "open",
      words: own === undefined || this.#redacted.has(own.event) ? [] : [own],
    });
  }

  #isAgreed(one: Case): boolean {
    const { people, requesterCounts } = this.#rule;
    const last = this.#lastWords(one);
    const yes = last.filter(({ by, isYes }) => isYes && (requesterCounts || by !== one.by));
    const at = (word: Word): number => one.words.indexOf(word);
    for (const no of last.filter(({ isYes }) => !isYes)) {
      let after = 0;
      for (const word of yes) if (at(word) > at(no)) after += 1;
      if (after < people + 1) return false;
    }
    return new Set(yes.map(({ by }) => by)).size >= people;
  }

  /** Of each person who counts now, what they said last of what can count. */
  #lastWords(one: Case): Word[] {
    const counting = one.words.filter(
      (word) =>
        this.joined.has(word.by) &&
        (this.#mayDecide(word.by) || (word.event === one.command && this.#mayAsk(word.by))) &&
        !(this.#rule.isStrong && word.isYes && word.isReaction),
    );
    return counting.filter((word, index) =>
      counting.every((other, place) => place <= index || other.by !== word.by),
    );
  }

  #isOpen({ state, expires }: Case): boolean {
    return state === "open" && this.now < expires;
  }

  #isHeld(): boolean {
    return this.heldUntil !== undefined && this.now < this.heldUntil;
  }

  #mayAsk(user: UserId): boolean {
    return ["keeper", "operator", "doer"].includes(this.roles.get(user) ?? "none");
  }

  #mayDecide(user: UserId): boolean {
    return ["keeper", "operator"].includes(this.roles.get(user) ?? "none");
  }
}
