// The registry client against a server that answers whatever a registry, or worse, could answer.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RegistryLogin } from "../../src/core/ports.ts";
import type { ImageLook, Registry } from "../../src/core/registry.ts";
import { systemClock } from "../../src/clock.ts";
import { openRegistries } from "../../src/registry/client.ts";
import type { RegistryOptions } from "../../src/registry/options.ts";
import { describeRegistry } from "../contract/registry.ts";
import { FakeRegistry } from "../fakes/registry.ts";
import type { Served } from "../serve.ts";
import {
  behind,
  DIGEST,
  found,
  MANIFEST,
  serveAnswers,
  status,
  type Answer,
  type Asked,
} from "./answers.ts";

const { signal } = new AbortController();
const ANA = { user: "ana", password: "hunter2" };
const BASIC = `Basic ${Buffer.from("ana:hunter2").toString("base64")}`;
let registry: Served;
let other: Served;
let answers: Record<string, Answer>;
let asked: Asked[];

beforeEach(async () => {
  asked = [];
  answers = { "/v2/hello/manifests/1.0": found };
  registry = await serveAnswers(answers, asked);
  other = await serveAnswers(answers, asked);
});

afterEach(async () => {
  await registry[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
});

describeRegistry("the fake", async () => {
  const image = "registry.example.coop/hello:1.0";
  const fake = new FakeRegistry([image]);
  return {
    registry: fake,
    tags: fake.tags,
    image,
    digest: FakeRegistry.digestOf(image),
    absent: ["registry.example.coop/hello:2.0"],
  };
});

function open(options: Partial<RegistryOptions>): Registry {
  const defaults = { logins: {}, plainHttp: [], deadline: 2_000, clock: systemClock };
  return openRegistries({ ...defaults, ...options }).registry;
}

function look(logins: Readonly<Record<string, RegistryLogin>> = {}): Promise<ImageLook> {
  const plainHttp = [registry.host, other.host];
  const client = open({ logins, plainHttp });
  return client.look(`${registry.host}/hello:1.0`, signal);
}

function problem(words: string): ImageLook {
  return { kind: "unreachable", problem: `${registry.host}: ${words}` };
}

describe("a look", () => {
  it("is one HEAD, and asks for an index first", async () => {
    let accept: string | undefined;
    answers["/v2/hello/manifests/1.0"] = (request, response) => {
      accept = request.headers.accept;
      found(request, response);
    };
    expect(await look()).toEqual({ kind: "found", digest: DIGEST });
    expect(asked).toEqual([{ what: "HEAD /v2/hello/manifests/1.0", login: undefined }]);
    expect(accept).toMatch(/^application\/vnd\.oci\.image\.index\.v1\+json, /);
  });

  it("hashes the manifest where the registry does not tell the digest", async () => {
    answers["/v2/hello/manifests/1.0"] = (request, response) => {
      response.writeHead(200).end(request.method === "GET" ? MANIFEST : undefined);
    };
    expect(await look()).toEqual({ kind: "found", digest: DIGEST });
  });

  it("does not read an answer without end", async () => {
    answers["/v2/hello/manifests/1.0"] = (request, response) => {
      response.writeHead(200).end(request.method === "GET" ? "x".repeat(5_000_000) : undefined);
    };
    expect(await look()).toEqual(problem("its answer is too long"));
  });

  it.each([
    [404, {}, { kind: "absent" }],
    [401, {}, { kind: "denied" }],
    [403, {}, { kind: "denied" }],
  ])("that is answered %i is told as what it means", async (code, headers, meant) => {
    answers["/v2/hello/manifests/1.0"] = status(code, headers);
    expect(await look()).toEqual(meant);
  });

  it.each([
    [500, {}, "it answered 500"],
    [405, {}, "it answered 405"],
    [429, {}, "it was asked too often, and wants to be asked again later"],
    [429, { "retry-after": "7" }, "it was asked too often, and wants to be asked again in 7 s"],
  ])("that is answered %i %j is unreachable", async (code, headers, words) => {
    answers["/v2/hello/manifests/1.0"] = status(code, headers);
    expect(await look()).toEqual(problem(words));
  });

  it("that is never answered is given up", async () => {
    answers["/v2/hello/manifests/1.0"] = () => undefined;
    const client = open({ plainHttp: [registry.host], deadline: 200 });
    expect(await client.look(`${registry.host}/hello:1.0`, signal)).toEqual(
      problem("no answer within 0.2 s"),
    );
  });

  it("at a registry that is down says so", async () => {
    await registry[Symbol.asyncDispose]();
    expect(await look()).toEqual(problem(`connect ECONNREFUSED ${registry.host}`));
  });

  it("goes over TLS unless the config says otherwise", async () => {
    const client = open({});
    expect(await client.look(`${registry.host}/hello:1.0`, signal)).toMatchObject({
      kind: "unreachable",
    });
    expect(asked).toEqual([]);
  });
});

describe("a login", () => {
  it("is shown only when the registry asks for it", async () => {
    answers["/v2/hello/manifests/1.0"] = behind(BASIC, 'Basic realm="r"');
    expect(await look({ [registry.host]: ANA })).toEqual({ kind: "found", digest: DIGEST });
    expect(asked.map(({ login }) => login)).toEqual([undefined, BASIC]);
  });

  it("that is missing or wrong is a denial", async () => {
    answers["/v2/hello/manifests/1.0"] = behind("Basic x", 'Basic realm="r"');
    expect(await look()).toEqual({ kind: "denied" });
    expect(await look({ [registry.host]: ANA })).toEqual({ kind: "denied" });
  });

  it("buys a token, and the token opens", async () => {
    const realm = `Bearer realm="${registry.url}/token?a=b",service="the registry",scope="x"`;
    answers["/v2/hello/manifests/1.0"] = behind("Bearer t0ken", realm);
    answers["/token"] = (_, response) => void response.end('{"token":"t0ken"}');
    expect(await look({ [registry.host]: ANA })).toEqual({ kind: "found", digest: DIGEST });
    expect(asked[1]).toEqual({
      what: "GET /token?a=b&service=the+registry&scope=repository%3Ahello%3Apull",
      login: BASIC,
    });
  });

  it("is not needed for a token that anybody gets", async () => {
    answers["/v2/hello/manifests/1.0"] = behind("Bearer x", `Bearer realm="${registry.url}/token"`);
    answers["/token"] = (_, response) => void response.end('{"access_token":"x"}');
    expect(await look()).toEqual({ kind: "found", digest: DIGEST });
    expect(asked[1]?.login).toBeUndefined();
  });

  it.each([
    ["", "its token service gave no JSON"],
    ["{}", "its token service gave no token"],
    ['{"token":"a\\nb"}', "its token service gave no token"],
  ])("that buys %j instead of a token is told", async (body, words) => {
    answers["/v2/hello/manifests/1.0"] = behind("Bearer x", `Bearer realm="${registry.url}/token"`);
    answers["/token"] = (_, response) => void response.end(body);
    expect(await look()).toEqual(problem(words));
  });

  it("that buys nothing is a denial", async () => {
    answers["/v2/hello/manifests/1.0"] = behind("Bearer x", `Bearer realm="${registry.url}/token"`);
    answers["/token"] = status(401);
    expect(await look({ [registry.host]: ANA })).toEqual({ kind: "denied" });
  });

  it("is never sent without TLS to another host for a token", async () => {
    answers["/v2/hello/manifests/1.0"] = behind("Bearer x", `Bearer realm="${other.url}/token"`);
    expect(await look({ [registry.host]: ANA })).toEqual(
      problem(`its tokens come from ${other.host} without TLS`),
    );
    expect(asked).toHaveLength(1);
  });

  it("does not follow a redirect to another host", async () => {
    answers["/v2/hello/manifests/1.0"] = (request, response) => {
      if (request.headers.authorization !== BASIC) {
        status(401, { "www-authenticate": "Basic" })(request, response);
      } else status(307, { location: `${other.url}/elsewhere` })(request, response);
    };
    answers["/elsewhere"] = found;
    expect(await look({ [registry.host]: ANA })).toEqual({ kind: "found", digest: DIGEST });
    expect(asked.at(-1)).toEqual({ what: "HEAD /elsewhere", login: undefined });
  });

  it("follows a redirect on the same host", async () => {
    answers["/v2/hello/manifests/1.0"] = (request, response) => {
      if (request.headers.authorization !== BASIC) {
        status(401, { "www-authenticate": "Basic" })(request, response);
      } else status(307, { location: "/elsewhere" })(request, response);
    };
    answers["/elsewhere"] = behind(BASIC, "Basic");
    expect(await look({ [registry.host]: ANA })).toEqual({ kind: "found", digest: DIGEST });
  });
});

describe("a redirect", () => {
  it("in circles is given up", async () => {
    answers["/v2/hello/manifests/1.0"] = status(302, { location: "/v2/hello/manifests/1.0" });
    expect(await look()).toEqual(problem("it redirects in circles"));
  });

  it("to a host that may not be asked without TLS is not followed", async () => {
    answers["/v2/hello/manifests/1.0"] = status(302, { location: "http://127.0.0.2:1/x" });
    expect(await look()).toEqual(
      problem("127.0.0.2:1 wants to be asked without TLS, which the config does not allow"),
    );
  });
});
