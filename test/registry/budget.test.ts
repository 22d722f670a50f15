// What moot may ask a registry, held against servers that count, refuse and say for how long.
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import type { openRegistries } from "../../src/registry/client.ts";
import { found, status } from "./answers.ts";
import { FOUND, Ground, PATH, START } from "./ground.ts";

const { signal } = new AbortController();
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
let ground: Ground;
let opened: ReturnType<typeof openRegistries>;

beforeEach(async () => {
  ground = await Ground.make();
  opened = ground.open();
});

afterEach(() => ground[Symbol.asyncDispose]());

function watch(at = ground.registry): Promise<unknown> {
  return opened.tags.look(`${at.host}/hello:1.0`, signal);
}

function plan(): Promise<unknown> {
  return opened.registry.look(ground.image(), signal);
}

function limited(words: string, until: number): unknown {
  return {
    kind: "cannot-check",
    why: "limited",
    problem: `${ground.registry.host}: ${words}`,
    until,
  };
}

/** Allows so many requests in six hours, and counts down with each. */
function allow(limit: number, left = limit): { readonly left: () => number } {
  ground.answers[PATH] = (_, response) => {
    left -= 1;
    response.setHeader("ratelimit-limit", `${limit};w=21600`);
    response.setHeader("ratelimit-remaining", `${left};w=21600`);
    found(_, response);
  };
  return { left: () => left };
}

describe("a registry that was asked too often", () => {
  const often = "it was asked too often";

  it.each([
    ["7", 7 * SECOND],
    [new Date(START + 90 * SECOND).toUTCString(), 90 * SECOND],
    [new Date(START - HOUR).toUTCString(), 0],
    ["0", 0],
    ["99999999", DAY],
    [new Date(START + 300 * DAY).toUTCString(), DAY],
  ])("and says Retry-After %s is left alone so long, by everybody", async (header, wait) => {
    ground.answers[PATH] = status(429, { "retry-after": header });
    expect(await watch()).toEqual(limited(often, START + wait));
    ground.answers[PATH] = found;
    ground.now += wait - 1;
    if (wait > 0) {
      expect(await watch()).toEqual(limited(often, START + wait));
      expect(await plan()).toEqual({
        kind: "unreachable",
        problem: `${ground.registry.host}: ${often}, and wants to be asked again in 1 s`,
      });
      expect(ground.asked).toHaveLength(1);
    }
    ground.now += 1;
    expect(await watch()).toEqual(FOUND);
    expect(await plan()).toEqual(FOUND);
    expect(ground.asked).toHaveLength(3);
  });

  it.each([[undefined], ["soon"], ["-5"], ["1.5"], [""]])(
    "and says no time (%j) is not watched for an hour, while a plan may try",
    async (header) => {
      ground.answers[PATH] = status(429, header === undefined ? {} : { "retry-after": header });
      expect(await watch()).toEqual(limited(often, START + HOUR));
      ground.answers[PATH] = found;
      ground.now += HOUR - 1;
      expect(await watch()).toEqual(limited(often, START + HOUR));
      expect(ground.asked).toHaveLength(1);
      expect(await plan()).toEqual(FOUND);
      ground.now += 1;
      expect(await watch()).toEqual(FOUND);
      expect(ground.asked).toHaveLength(3);
    },
  );

  it("by a plan is not watched either, and a plan says when to try again", async () => {
    ground.answers[PATH] = status(429, { "retry-after": "7" });
    expect(await plan()).toEqual({
      kind: "unreachable",
      problem: `${ground.registry.host}: ${often}, and wants to be asked again in 7 s`,
    });
    expect(await watch()).toEqual(limited(often, START + 7 * SECOND));
    expect(ground.asked).toHaveLength(1);
  });

  it("says so for its tokens too", async () => {
    const challenge = `Bearer realm="${ground.registry.url}/token"`;
    ground.answers[PATH] = status(401, { "www-authenticate": challenge });
    ground.answers["/token"] = status(429, { "retry-after": "30" });
    expect(await watch()).toEqual(limited(often, START + 30 * SECOND));
    expect(await watch()).toEqual(limited(often, START + 30 * SECOND));
    expect(ground.asked).toHaveLength(2);
  });

  it("does not keep another from being asked", async () => {
    ground.answers[PATH] = status(429, { "retry-after": "7" });
    await watch();
    ground.answers[PATH] = found;
    expect(await watch(ground.other)).toEqual(FOUND);
    expect(opened.tags.budgets()).toEqual(
      [
        { registry: ground.registry.host, blockedUntil: START + 7 * SECOND },
        { registry: ground.other.host },
      ].toSorted((a, b) => (a.registry < b.registry ? -1 : 1)),
    );
  });
});

describe("a budget that the registry tells", () => {
  it.each([
    [100, 10],
    [200, 20],
    [30, 10],
    [12, 6],
  ])("of %i is watched down to %i, never below, however many look at once", async (limit, kept) => {
    const server = allow(limit);
    const looks = await Promise.all(Array.from({ length: limit + 20 }, () => watch()));
    expect(server.left()).toBe(kept);
    expect(ground.asked).toHaveLength(limit - kept);
    const words = `it allows few more requests (${kept}), and those are left for plans`;
    const until = START + 6 * HOUR;
    expect(looks.at(-1)).toEqual(limited(words, until));
    expect(opened.tags.budgets()).toEqual([
      { registry: ground.registry.host, remaining: kept, limit, blockedUntil: until },
    ]);
  });

  it("is the lowest that was told where answers overtake each other", async () => {
    const waiting: ((left: number) => void)[] = [];
    ground.answers[PATH] = (request, response) => {
      waiting.push((left) => {
        response.setHeader("ratelimit-remaining", left);
        found(request, response);
      });
    };
    let done = 0;
    const looks = Array.from({ length: 4 }, async () => {
      await watch();
      done += 1;
    });
    await expect.poll(() => waiting.length).toBe(4);
    for (const [index, left] of [21, 24, 23, 22].entries()) {
      waiting[index]?.(left);
      await expect.poll(() => done).toBe(index + 1);
    }
    await Promise.all(looks);
    expect(opened.tags.budgets()).toMatchObject([{ remaining: 21 }]);
  });

  it("leaves plans what is kept for them, and begins anew when its time is over", async () => {
    allow(100, 11);
    expect(await watch()).toEqual(FOUND);
    expect(await watch()).toMatchObject({ why: "limited", until: START + 6 * HOUR });
    expect(await plan()).toEqual(FOUND);
    expect(opened.tags.budgets()).toMatchObject([{ remaining: 9 }]);
    ground.now += 6 * HOUR;
    expect(opened.tags.budgets()).toEqual([{ registry: ground.registry.host, limit: 100 }]);
    allow(100);
    expect(await watch()).toEqual(FOUND);
    expect(opened.tags.budgets()).toEqual([
      { registry: ground.registry.host, limit: 100, remaining: 99 },
    ]);
  });

  it("opens again as soon as any answer says that there is more", async () => {
    allow(100, 11);
    await watch();
    allow(100, 50);
    await plan();
    expect(await watch()).toEqual(FOUND);
  });

  it.each([
    ["5", undefined, HOUR],
    ["5", "100;w=60", 60 * SECOND],
    ["5;w=999999999", undefined, DAY],
  ])("that reads %j of %j counts over %i ms", async (remaining, limit, window) => {
    ground.answers[PATH] = (request, response) => {
      response.setHeader("ratelimit-remaining", remaining);
      if (limit !== undefined) response.setHeader("ratelimit-limit", limit);
      found(request, response);
    };
    await watch();
    expect(opened.tags.budgets()).toMatchObject([{ remaining: 5, blockedUntil: START + window }]);
  });

  it("that is no number is none", async () => {
    ground.answers[PATH] = (request, response) => {
      response.setHeader("ratelimit-remaining", "lots");
      found(request, response);
    };
    await watch();
    expect(opened.tags.budgets()).toEqual([{ registry: ground.registry.host }]);
  });

  it("of another host that was redirected to is not its own", async () => {
    ground.answers[PATH] = (_, response) => {
      response.setHeader("ratelimit-remaining", "40;w=60");
      response.writeHead(307, { location: `${ground.other.url}/elsewhere` }).end();
    };
    ground.answers["/elsewhere"] = (request, response) => {
      response.setHeader("ratelimit-remaining", "0;w=60");
      found(request, response);
    };
    expect(await watch()).toEqual(FOUND);
    expect(opened.tags.budgets()).toEqual([{ registry: ground.registry.host, remaining: 40 }]);
  });
});

test("nothing is known of registries that were never asked", () => {
  expect(opened.tags.budgets()).toEqual([]);
});
