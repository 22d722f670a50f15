// The catalogue's index from a file and over HTTP: kept, asked for again, and survived.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openCatalogue } from "../../src/catalogue/index.ts";
import type { Catalogue } from "../../src/catalogue/listing.ts";
import { NO_FEATURES } from "../../src/core/readme.ts";
import { keepLog, type KeptLog } from "../kept-log.ts";
import { refusedWith } from "../refused.ts";
import { serve, type Served } from "../serve.ts";

const { signal } = new AbortController();
const hello = { hello: { description: "Says hello", versions: [{ "1.0.0+1": {} }] } };
let ground: string;
let kept: KeptLog;
let now: number;

beforeEach(async () => {
  ground = await mkdtemp(join(tmpdir(), "moot-index-"));
  kept = keepLog();
  now = 1_000_000;
});

afterEach(() => rm(ground, { recursive: true, force: true }));

function open(index: string, deadline = 5_000): Catalogue {
  const clock = { now: () => now, sleep: async () => undefined };
  return openCatalogue({ index, copy: join(ground, "copy.json"), clock, log: kept.log, deadline });
}

async function recipesOf(catalogue: Catalogue): Promise<readonly string[]> {
  return [...(await catalogue.listings(signal)).keys()];
}

describe("an index in a file", () => {
  it("is read, and read again when it changes", async () => {
    const path = join(ground, "recipes.json");
    await writeFile(path, JSON.stringify(hello));
    const catalogue = open(path);
    expect(await recipesOf(catalogue)).toEqual(["hello"]);
    await writeFile(path, JSON.stringify({ ...hello, wiki: {} }));
    expect(await recipesOf(catalogue)).toEqual(["hello", "wiki"]);
  });

  it("may hold keys nobody knows, lists that are null, and entries that make no sense", async () => {
    const path = join(ground, "recipes.json");
    const entries = {
      hello: { name: "hello", website: null, versions: null, features: null, new: [] },
      wiki: { versions: "none" },
      "../etc": {},
      Bad: {},
    };
    await writeFile(path, JSON.stringify(entries));
    const listings = await open(path).listings(signal);
    expect([...listings.values()]).toEqual([
      {
        recipe: "hello",
        description: "",
        category: "",
        versions: [],
        images: {},
        features: NO_FEATURES,
      },
    ]);
    expect(kept.text()).toContain("catalogue entry left out");
  });

  it("tells features, where the recipe lives, and the images of versions as far as it knows them", async () => {
    const path = join(ground, "recipes.json");
    const entry = {
      repository: "https://git.example.coop/recipes/hello",
      features: { status: 4, backups: "Yes", email: 3, sso: null, healthcheck: "Yes, mostly" },
      versions: [
        { "1.0.0+1.0": { app: { image: "nginx", tag: "1.0" }, db: { image: "pg", tag: null } } },
        { "1.1.0+1.1": {}, "1.2.0+1.2": null, "1.3.0+1.3": { app: { image: "", tag: "1" } } },
      ],
    };
    const odd = { features: "many", versions: [] };
    await writeFile(path, JSON.stringify({ hello: entry, odd }));
    const listings = await open(path).listings(signal);
    const [told, plain] = [...listings.values()];
    expect(told).toMatchObject({
      repository: "https://git.example.coop/recipes/hello",
      versions: ["1.0.0+1.0", "1.1.0+1.1", "1.2.0+1.2", "1.3.0+1.3"],
      images: { "1.0.0+1.0": { app: "nginx:1.0", db: "pg" } },
      features: { status: "4", backups: "Yes", email: "3", sso: "", healthcheck: "Yes, mostly" },
    });
    expect(Object.keys(told?.images ?? {})).toEqual(["1.0.0+1.0"]);
    expect(plain?.features).toEqual(NO_FEATURES);
  });

  it.each([
    ["{", "it is no JSON"],
    ["[1]", "it is no JSON object of recipes"],
  ])("that holds %s is refused", async (text, problem) => {
    const path = join(ground, "recipes.json");
    await writeFile(path, text);
    expect(await refusedWith(recipesOf(open(path)))).toContain(
      `the catalogue's index cannot be read: ${problem}`,
    );
  });

  it("that is not there is refused", async () => {
    const path = join(ground, "recipes.json");
    expect(await refusedWith(recipesOf(open(path)))).toContain(path);
  });
});

describe("an index over HTTP", () => {
  let served: Served;
  let answer: RequestListener;
  let asked: (string | undefined)[];

  beforeEach(async () => {
    asked = [];
    answer = (request, response) => {
      if (request.headers["if-none-match"] === '"1"') response.writeHead(304).end();
      else response.writeHead(200, { etag: '"1"' }).end(JSON.stringify(hello));
    };
    served = await serve(
      createServer((request, response) => {
        asked.push(request.headers["if-none-match"]);
        answer(request, response);
      }),
    );
  });

  afterEach(() => served[Symbol.asyncDispose]());

  it("is asked for once a minute, and downloaded only when it changed", async () => {
    const catalogue = open(`${served.url}/recipes.json`);
    expect(await recipesOf(catalogue)).toEqual(["hello"]);
    expect(await recipesOf(catalogue)).toEqual(["hello"]);
    expect(asked).toEqual([undefined]);
    now += 61_000;
    expect(await recipesOf(catalogue)).toEqual(["hello"]);
    expect(asked).toEqual([undefined, '"1"']);
  });

  it("is kept on disk for the next start", async () => {
    await recipesOf(open(served.url));
    expect(await recipesOf(open(served.url))).toEqual(["hello"]);
    expect(asked).toEqual([undefined, '"1"']);
  });

  it("is served from the copy when its host is away, and the log says so", async () => {
    await recipesOf(open(served.url));
    answer = (_, response) => void response.writeHead(502).end();
    expect(await recipesOf(open(served.url))).toEqual(["hello"]);
    expect(kept.text()).toContain("it answered 502");
  });

  it("that cannot be read for the first time is told by its address", async () => {
    const index = "http://127.0.0.1:9/recipes.json";
    expect(await refusedWith(recipesOf(open(index)))).toMatch(
      /^The catalogue of recipes http:\/\/127\.0\.0\.1:9\/recipes\.json could not be read: /,
    );
  });

  it("that never answers is given up after the deadline", async () => {
    answer = () => undefined;
    expect(await refusedWith(recipesOf(open(served.url, 200)))).toContain("aborted due to timeout");
  });

  it("is downloaded anew when the copy on disk is broken", async () => {
    await writeFile(join(ground, "copy.json"), "{");
    expect(await recipesOf(open(served.url))).toEqual(["hello"]);
    expect(await readFile(join(ground, "copy.json"), "utf8")).toContain("Says hello");
  });

  it("is not taken over plain HTTP from another machine", async () => {
    const listings = Promise.try(() => open("http://recipes.example.coop/recipes.json"));
    expect(await refusedWith(listings)).toContain("must begin with https://");
  });
});
