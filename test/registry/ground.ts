// Two servers that stand for registries, and moot's clients for them, on a clock that a test sets.
import { openRegistries } from "../../src/registry/client.ts";
import type { RegistryOptions } from "../../src/registry/options.ts";
import type { Served } from "../serve.ts";
import { DIGEST, found, serveAnswers, type Answer, type Asked } from "./answers.ts";

export const PATH = "/v2/hello/manifests/1.0";
export const FOUND = { kind: "found", digest: DIGEST };
export const START = Date.UTC(2026, 10, 26);

export class Ground implements AsyncDisposable {
  /** By path, at both. */
  readonly answers: Record<string, Answer>;
  readonly asked: Asked[];
  now = START;
  readonly registry: Served;
  readonly other: Served;

  private constructor(parts: Pick<Ground, "answers" | "asked" | "registry" | "other">) {
    this.answers = parts.answers;
    this.asked = parts.asked;
    this.registry = parts.registry;
    this.other = parts.other;
  }

  static async make(): Promise<Ground> {
    const answers = { [PATH]: found };
    const asked: Asked[] = [];
    const registry = await serveAnswers(answers, asked);
    const other = await serveAnswers(answers, asked);
    return new Ground({ answers, asked, registry, other });
  }

  open(options: Partial<RegistryOptions> = {}): ReturnType<typeof openRegistries> {
    const never = new Error("it waits for nothing");
    const clock = { now: () => this.now, sleep: () => Promise.reject(never) };
    const plainHttp = [this.registry.host, this.other.host];
    return openRegistries({ logins: {}, plainHttp, deadline: 2_000, clock, ...options });
  }

  image(tag = "1.0", name = "hello"): string {
    return `${this.registry.host}/${name}:${tag}`;
  }

  /** What it was asked, in order: "HEAD v2", "GET token". */
  trips(): readonly string[] {
    return this.asked.map(({ what }) => what.replace(/^(\w+) \/(\w+).*$/, "$1 $2"));
  }

  blind(why: string, words: string): unknown {
    return { kind: "cannot-check", why, problem: `${this.registry.host}: ${words}` };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.registry[Symbol.asyncDispose]();
    await this.other[Symbol.asyncDispose]();
  }
}
