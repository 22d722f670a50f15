// Watching tags: what each answer means, and how many requests it takes, counted where they arrive.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TagLook } from "../../src/core/registry.ts";
import { DIGEST, found, status } from "./answers.ts";
import { FOUND, Ground, PATH } from "./ground.ts";

const { signal } = new AbortController();
let ground: Ground;

beforeEach(async () => {
  ground = await Ground.make();
});

afterEach(() => ground[Symbol.asyncDispose]());

describe("a tag", () => {
  it("is looked at with one HEAD, also where its digest is written behind it", async () => {
    const { tags } = ground.open();
    const pinned = `${ground.image()}@sha256:${"0".repeat(64)}`;
    expect(await tags.look(pinned, signal)).toEqual(FOUND);
    expect(ground.asked).toEqual([{ what: `HEAD ${PATH}`, login: undefined }]);
  });

  it("that is none is not asked for", async () => {
    const pinned = `${ground.registry.host}/hello@${DIGEST}`;
    expect(await ground.open().tags.look(pinned, signal)).toMatchObject({ why: "no-tag" });
    expect(ground.asked).toEqual([]);
  });

  it("of an index with attestations alone has a digest too: a HEAD cannot tell", async () => {
    ground.answers[PATH] = (request, response) => {
      const attestation = {
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        platform: { architecture: "unknown", os: "unknown" },
        annotations: { "vnd.docker.reference.type": "attestation-manifest" },
      };
      const type = "application/vnd.oci.image.index.v1+json";
      response.writeHead(200, { "content-type": type, "docker-content-digest": DIGEST });
      response.end(request.method === "GET" ? JSON.stringify({ manifests: [attestation] }) : "");
    };
    expect(await ground.open().tags.look(ground.image(), signal)).toEqual(FOUND);
    expect(ground.trips()).toEqual(["HEAD v2"]);
  });

  it.each([[""], ["sha512:abc"]])(
    "whose digest is not told, but %j, is not fetched instead",
    async (told) => {
      ground.answers[PATH] = status(200, { "docker-content-digest": told });
      expect(await ground.open().tags.look(ground.image(), signal)).toEqual(
        ground.blind("no-digest", "it does not tell the digest of hello:1.0"),
      );
      expect(ground.trips()).toEqual(["HEAD v2"]);
    },
  );

  it.each([
    [401, "denied", "it does not show hello to moot"],
    [403, "denied", "it does not show hello to moot"],
    [404, "absent", "it has no hello:1.0"],
    [405, "unreachable", "it answered 405"],
    [500, "unreachable", "it answered 500"],
  ])("that is answered %i cannot be checked: %s", async (code, why, words) => {
    ground.answers[PATH] = status(code);
    expect(await ground.open().tags.look(ground.image(), signal)).toEqual(ground.blind(why, words));
    expect(ground.trips()).toEqual(["HEAD v2"]);
  });

  it("that is never answered is given up", async () => {
    ground.answers[PATH] = () => undefined;
    expect(await ground.open({ deadline: 200 }).tags.look(ground.image(), signal)).toEqual(
      ground.blind("unreachable", "no answer within 0.2 s"),
    );
  });

  it("at a registry that is down says so", async () => {
    const { tags } = ground.open();
    await ground.registry[Symbol.asyncDispose]();
    expect(await tags.look(ground.image(), signal)).toEqual(
      ground.blind("unreachable", `connect ECONNREFUSED ${ground.registry.host}`),
    );
  });
});

describe("a redirect to another host", () => {
  it("is followed with TLS alone", async () => {
    ground.answers[PATH] = status(307, { location: `${ground.other.url}/elsewhere` });
    ground.answers["/elsewhere"] = found;
    const looked = await ground
      .open({ plainHttp: [ground.registry.host] })
      .tags.look(ground.image(), signal);
    expect(looked).toEqual(
      ground.blind(
        "unreachable",
        `${ground.other.host} wants to be asked without TLS, which the config does not allow`,
      ),
    );
    expect(ground.trips()).toEqual(["HEAD v2"]);
  });
});

describe("looks at one registry", () => {
  /** Lets nobody in until it is told to; tells how many wait. */
  function hold(): { readonly waiting: (() => void)[] } {
    const waiting: (() => void)[] = [];
    ground.answers[PATH] = (request, response) => {
      waiting.push(() => {
        found(request, response);
      });
    };
    return { waiting };
  }

  it("are four at once, and the others come as soon as one is answered", async () => {
    const { waiting } = hold();
    const { tags } = ground.open({ deadline: 20_000 });
    const looks = Array.from({ length: 9 }, () => tags.look(ground.image(), signal));
    await expect.poll(() => ground.asked.length).toBe(4);
    // A fifth would have come with these.
    await tags.look(`${ground.other.host}/absent:1.0`, signal);
    expect(waiting).toHaveLength(4);
    waiting.shift()?.();
    await expect.poll(() => waiting.length).toBe(4);
    ground.answers[PATH] = found;
    for (const go of waiting) go();
    expect(await Promise.all(looks)).toEqual(Array.from({ length: 9 }, () => FOUND));
  });

  it("that wait for room stop when told to", async () => {
    const { waiting } = hold();
    const { tags } = ground.open({ deadline: 20_000 });
    const looks = Array.from({ length: 4 }, () => tags.look(ground.image(), signal));
    const stop = new AbortController();
    const fifth: Promise<TagLook> = tags.look(ground.image(), stop.signal);
    stop.abort(new Error("cancelled"));
    await expect(fifth).rejects.toThrow("cancelled");
    await expect.poll(() => waiting.length).toBe(4);
    for (const go of waiting) go();
    await Promise.all(looks);
    expect(ground.asked).toHaveLength(4);
  });
});
