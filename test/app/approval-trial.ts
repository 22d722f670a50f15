// Tells moot and the oracle the same, and compares them whenever moot has come to rest.
import { expect } from "vitest";
import type { Rule } from "../../src/core/approval.ts";
import { isAppName, type EventId, type UserId } from "../../src/core/ids.ts";
import { named } from "../named.ts";
import { Oracle, type OracleRole } from "./approval-oracle.ts";
import type { Saying, Sign, Step } from "./approval-steps.ts";
import { ANA, BEA, CEM, DAN, look, openCouncil, type Council } from "./council.ts";

const WIKI = named(isAppName, "wiki.example.coop");
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const RAISE = {
  commands: new Map(),
  servers: new Map(),
  apps: new Map([["wiki.*", "danger"]] as const),
};
const ROLES: readonly (readonly [UserId, OracleRole])[] = [
  [ANA, "keeper"],
  [BEA, "keeper"],
  [CEM, "operator"],
  [DAN, "operator"],
];

export class Trial {
  readonly #policy: Parameters<typeof openCouncil>[0];
  readonly #oracle: Oracle;
  /** For redactions. */
  readonly #said: { readonly event: EventId; readonly by: UserId }[] = [];
  #council: Council;
  #task = 0;
  #moves = 0;
  #hold: number | undefined;

  constructor(rule: Rule) {
    this.#policy = {
      policy: { danger: { ...rule, expires: DAY }, raise: RAISE },
      members: Object.fromEntries(ROLES.map(([user, role]) => [user, [role]])),
    };
    this.#council = openCouncil(this.#policy);
    this.#oracle = new Oracle(rule, this.#council.time.now);
    for (const [user, role] of ROLES) {
      this.#oracle.roles.set(user, role);
      this.#oracle.joined.add(user);
    }
  }

  async begin(): Promise<void> {
    const { apps, host } = this.#council;
    const env = `TYPE=wiki:1.0.0+1.0.0\nDOMAIN=${WIKI}\nIMAGE=1.0.0\nGREETING=hello\n`;
    await apps.write(apps.pathOf(WIKI, host.server), env, undefined);
    await this.take({ kind: "ask", who: ANA, isAgain: false });
  }

  async take(step: Step): Promise<void> {
    await this.#act(step);
    await look(this.#council);
    this.#oracle.look();
    this.#compare();
  }

  async end(): Promise<void> {
    await this.#council[Symbol.asyncDispose]();
  }

  async #act(step: Step): Promise<void> {
    switch (step.kind) {
      case "react":
      case "both":
      case "words":
      case "redact":
      case "ask":
        this.#speak(step);
        return;
      default:
        await this.#change(step);
    }
  }

  #speak(step: Saying): void {
    switch (step.kind) {
      case "react":
        this.#react(step.who, step.sign, step.about);
        return;
      case "both":
        this.#react(step.who, step.sign, step.about);
        this.#react(step.other, step.sign, step.about);
        return;
      case "words":
        this.#words(step.who, step.isYes, step.about);
        return;
      case "redact":
        this.#redact(step.who, step.about);
        return;
      case "ask":
        this.#ask(step.who, step.isAgain);
    }
  }

  async #change(step: Exclude<Step, Saying>): Promise<void> {
    switch (step.kind) {
      case "jump":
        this.#jump(step.hours);
        this.#react(step.who, "👍", step.about);
        return;
      case "role":
        this.#give(step.who, step.role);
        if (step.isLoud) this.#react(step.who, "👍", step.about);
        return;
      case "door":
        this.#door(step.who, step.isIn);
        if (step.isLoud) this.#react(step.who, "👍", step.about);
        return;
      case "hold":
        this.#unhold();
        this.#holdFor(step.hours);
        return;
      case "unhold":
        this.#unhold();
        return;
      case "move":
        await this.#move();
        return;
      case "restart":
        await this.#restart(step.who, step.sign, step.about);
    }
  }

  #jump(hours: number): void {
    this.#council.time.now += hours * HOUR;
    this.#oracle.now = this.#council.time.now;
  }

  #give(who: UserId, role: OracleRole): void {
    this.#oracle.roles.set(who, role);
    this.#council.setTable(this.#members());
  }

  #react(by: UserId, sign: Sign, about: number): void {
    const index = this.#indexOf(about);
    const prompt = this.#prompt(index);
    if (prompt !== undefined) this.#reactTo(prompt, by, sign, index);
  }

  #indexOf(about: number): number {
    return about % Math.max(1, this.#oracle.cases.length);
  }

  #prompt(index: number): EventId | undefined {
    return this.#council.desk.ledger.outbox.eventOf(`approval:${index + 1}`);
  }

  #reactTo(prompt: EventId, by: UserId, sign: Sign, index: number): void {
    const event = this.#council.chat.react(by, prompt, sign);
    this.#said.push({ event, by });
    if (sign === "🎉") return;
    this.#oracle.say({ by, isYes: sign !== "👎", isReaction: true, event }, index);
  }

  #words(by: UserId, isYes: boolean, about: number): void {
    const index = this.#indexOf(about);
    const words = isYes ? `!approve a${index + 1}` : `!reject a${index + 1} "not now"`;
    const event = this.#council.chat.say(by, words);
    this.#said.push({ event, by });
    this.#oracle.say({ by, isYes, isReaction: false, event }, index);
  }

  #redact(who: UserId | "own", about: number): void {
    const said = this.#said[about % Math.max(1, this.#said.length)];
    if (said === undefined) return;
    const by = who === "own" ? said.by : who;
    this.#council.chat.redact(by, said.event);
    this.#oracle.redact(by, said.event);
  }

  /** Each task is another change, so that none is done already. */
  #ask(by: UserId, isAgain: boolean): void {
    const isDone = this.#oracle.done.has(this.#task);
    if (!isAgain || isDone) this.#task += 1;
    const typed = `!deploy ${WIKI} --version 1.0.0+1.0.0 GREETING=${this.#task}`;
    const event = this.#council.chat.say(by, typed);
    this.#said.push({ event, by });
    this.#oracle.ask(by, event, this.#task);
  }

  #members(): Readonly<Record<UserId, readonly string[]>> {
    const held = [...this.#oracle.roles].filter(([, role]) => role !== "none");
    return Object.fromEntries(held.map(([user, role]) => [user, [role]]));
  }

  #door(who: UserId, isIn: boolean): void {
    if (isIn) {
      this.#oracle.joined.add(who);
      this.#council.chat.join(who);
    } else {
      this.#oracle.joined.delete(who);
      this.#council.chat.leave(who);
    }
  }

  #holdFor(hours: number): void {
    const { desk, time } = this.#council;
    const until = time.now + hours * HOUR;
    const wanted = { target: WIKI, by: DAN, reason: "a test", at: time.now, until };
    this.#hold = desk.ledger.holds.add(wanted).id;
    this.#oracle.heldUntil = until;
  }

  #unhold(): void {
    if (this.#hold === undefined) return;
    this.#council.desk.ledger.holds.lift(this.#hold, DAN, this.#council.time.now);
    this.#hold = undefined;
    this.#oracle.heldUntil = undefined;
  }

  async #move(): Promise<void> {
    const { apps, host } = this.#council;
    const path = apps.pathOf(WIKI, host.server);
    const text = (await apps.find(WIKI))?.text ?? "";
    this.#moves += 1;
    await apps.write(path, `${text}MOVED_${this.#moves}=1\n`, text);
    this.#oracle.version += 1;
  }

  async #restart(who: UserId, sign: Sign, about: number): Promise<void> {
    const index = this.#indexOf(about);
    const prompt = this.#prompt(index);
    const { desk, host, chat, apps, time } = this.#council;
    await this.#council[Symbol.asyncDispose]();
    if (prompt !== undefined) this.#reactTo(prompt, who, sign, index);
    this.#council = openCouncil({
      ...this.#policy,
      members: this.#members(),
      before: { host, chat, apps, time, file: desk.file },
    });
  }

  #compare(): void {
    const { ledger } = this.#council.desk;
    const { cases, jobs } = this.#oracle;
    const states = cases.map((_, index) => ledger.approvals.get(index + 1)?.state);
    expect(states).toEqual(cases.map(({ state }) => state));
    expect(ledger.approvals.get(cases.length + 1)).toBeUndefined();
    const started = ledger.jobs.recent(99).toReversed();
    expect(started.map(({ command }) => command)).toEqual(jobs);
    expect(started.every(({ state }) => state === "succeeded")).toBe(true);
    expect(this.#council.host.written).toHaveLength(jobs.length);
  }
}
