// What opens a registry to a watcher: kept while it is good, got anew when it is not, never shown elsewhere.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { openRegistries } from "../../src/registry/client.ts";
import { behind, found, status } from "./answers.ts";
import { FOUND, Ground, PATH } from "./ground.ts";

const { signal } = new AbortController();
const BASIC = `Basic ${Buffer.from("ana:hunter2").toString("base64")}`;
let ground: Ground;

beforeEach(async () => {
  ground = await Ground.make();
});

afterEach(() => ground[Symbol.asyncDispose]());

function withLogin(): ReturnType<typeof openRegistries> {
  return ground.open({ logins: { [ground.registry.host]: { user: "ana", password: "hunter2" } } });
}

/** Answers to any token that it sold, until it is told to forget them. */
function sellTokens(terms: Readonly<Record<string, unknown>> = {}): { forget(): void } {
  let sold = 0;
  let oldest = 1;
  const challenge = `Bearer realm="${ground.registry.url}/token"`;
  ground.answers["/token"] = (_, response) => {
    sold += 1;
    response.end(JSON.stringify({ token: `t${sold}`, ...terms }));
  };
  for (const name of ["hello", "other"]) {
    for (const tag of ["1.0", "2.0", "3.0", "4.0"]) {
      ground.answers[`/v2/${name}/manifests/${tag}`] = (request, response) => {
        const number = Number(/^Bearer t(\d+)$/.exec(request.headers.authorization ?? "")?.[1]);
        const good = number >= oldest ? `Bearer t${number}` : "none";
        behind(good, challenge)(request, response);
      };
    }
  }
  return {
    forget: () => {
      oldest = sold + 1;
    },
  };
}

describe("a token", () => {
  it("is kept for its repository, for a minute where nothing is said", async () => {
    sellTokens();
    const { tags } = ground.open();
    for (const tag of ["1.0", "2.0"])
      expect(await tags.look(ground.image(tag), signal)).toEqual(FOUND);
    expect(ground.trips()).toEqual(["HEAD v2", "GET token", "HEAD v2", "HEAD v2"]);
    ground.now += 60_001;
    expect(await tags.look(ground.image(), signal)).toEqual(FOUND);
    expect(ground.trips().slice(4)).toEqual(["HEAD v2", "GET token", "HEAD v2"]);
  });

  it.each([
    [300, 299, ["HEAD v2"]],
    [300, 301, ["HEAD v2", "GET token", "HEAD v2"]],
    ["soon", 59, ["HEAD v2"]],
    ["soon", 61, ["HEAD v2", "GET token", "HEAD v2"]],
    [-1, 59, ["HEAD v2"]],
  ])(
    "that expires in %j s is after %i s as good as this says: %j",
    async (life, later, expected) => {
      sellTokens({ expires_in: life });
      const { tags } = ground.open();
      await tags.look(ground.image(), signal);
      ground.asked.length = 0;
      ground.now += later * 1000;
      expect(await tags.look(ground.image(), signal)).toEqual(FOUND);
      expect(ground.trips()).toEqual(expected);
    },
  );

  it("is never shown for another repository", async () => {
    sellTokens();
    const { tags } = ground.open();
    await tags.look(ground.image(), signal);
    await tags.look(ground.image("1.0", "other"), signal);
    expect(ground.asked.map(({ login }) => login)).toEqual([
      undefined,
      undefined,
      "Bearer t1",
      undefined,
      undefined,
      "Bearer t2",
    ]);
  });

  it("that is refused is got anew once", async () => {
    const seller = sellTokens({ expires_in: 300 });
    const { tags } = ground.open();
    await tags.look(ground.image(), signal);
    seller.forget();
    ground.asked.length = 0;
    expect(await tags.look(ground.image(), signal)).toEqual(FOUND);
    expect(ground.trips()).toEqual(["HEAD v2", "GET token", "HEAD v2"]);
  });

  it("that is refused again is a denial", async () => {
    ground.answers[PATH] = behind("Bearer x", `Bearer realm="${ground.registry.url}/token"`);
    ground.answers["/token"] = (_, response) => void response.end('{"token":"y"}');
    expect(await ground.open().tags.look(ground.image(), signal)).toMatchObject({ why: "denied" });
    expect(ground.trips()).toEqual(["HEAD v2", "GET token", "HEAD v2"]);
  });

  it("is got once for many tags that are looked at together", async () => {
    sellTokens();
    const { tags } = ground.open();
    const looks = ["1.0", "2.0", "3.0", "4.0"].map((tag) => tags.look(ground.image(tag), signal));
    expect(await Promise.all(looks)).toEqual([FOUND, FOUND, FOUND, FOUND]);
    expect(ground.trips().filter((trip) => trip === "GET token")).toHaveLength(1);
  });
});

describe("a login", () => {
  it("is shown at once when the registry asked for it before", async () => {
    ground.answers[PATH] = behind(BASIC, "Basic");
    const { tags } = withLogin();
    await tags.look(ground.image(), signal);
    ground.now += 24 * 3_600_000;
    await tags.look(ground.image(), signal);
    expect(ground.asked.map(({ login }) => login)).toEqual([undefined, BASIC, BASIC]);
  });

  it("does not follow a redirect to another host", async () => {
    ground.answers[PATH] = (request, response) => {
      const isIn = request.headers.authorization === BASIC;
      const elsewhere = status(307, { location: `${ground.other.url}/elsewhere` });
      (isIn ? elsewhere : status(401, { "www-authenticate": "Basic" }))(request, response);
    };
    ground.answers["/elsewhere"] = found;
    expect(await withLogin().tags.look(ground.image(), signal)).toEqual(FOUND);
    expect(ground.asked.at(-1)).toEqual({ what: "HEAD /elsewhere", login: undefined });
  });

  it("does not go where another host that was redirected to wants it", async () => {
    ground.answers[PATH] = status(307, { location: `${ground.other.url}/elsewhere` });
    ground.answers["/elsewhere"] = behind("x", `Bearer realm="${ground.registry.url}/token"`);
    expect(await withLogin().tags.look(ground.image(), signal)).toMatchObject({ why: "denied" });
    expect(await withLogin().registry.look(ground.image(), signal)).toEqual({ kind: "denied" });
    expect(ground.asked.every(({ login }) => login === undefined)).toBe(true);
    expect(ground.trips()).not.toContain("GET token");
  });
});
