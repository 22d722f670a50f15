// What is needed, by whatever name, is never waste.
import { expect, test } from "vitest";
import type { Kept } from "../../src/core/servers.ts";
import type { Stock } from "../../src/swarm/stock.ts";
import { wasteIn } from "../../src/swarm/waste.ts";

const NOTHING: Stock = {
  containers: [],
  images: [],
  networks: [],
  configs: [],
  specs: [],
  buildCache: 0,
  used: 0,
};
const NONE: Kept = { images: [], configs: [], networks: [] };
const DIGEST = `sha256:${"a".repeat(64)}`;
const OTHER = `sha256:${"b".repeat(64)}`;

function image(
  Id: string,
  RepoTags: string[],
  RepoDigests: string[] = [],
): Stock["images"][number] {
  return { Id, RepoTags, RepoDigests, Size: 100, SharedSize: 40 };
}

function network(Name: string, Labels: Record<string, string> = {}): Stock["networks"][number] {
  return { Id: `id-${Name}`, Name, Scope: "swarm", Labels, Ingress: Name === "ingress" };
}

const TASK = { "com.docker.swarm.task.id": "t1" };

function container(State: string, more: Partial<Stock["containers"][number]> = {}) {
  const base = {
    Id: `c-${State}`,
    Names: [`/${State}`],
    ImageID: "one",
    SizeRw: 7,
    State,
    Labels: TASK,
  };
  return { ...base, NetworkSettings: {}, ...more };
}

function runs(Image: string): Stock["specs"][number] {
  return { TaskTemplate: { ContainerSpec: { Image } } };
}

function names(stock: Partial<Stock>, kept: Partial<Kept> = {}): readonly string[] {
  return wasteIn({ ...NOTHING, ...stock }, { ...NONE, ...kept }).map(({ name }) => name);
}

test("an image that nothing names is waste, with what it alone takes", () => {
  const images = [image("one", ["wiki:1"])];
  expect(wasteIn({ ...NOTHING, images }, NONE)).toEqual([
    { kind: "image", id: "one", name: "wiki:1", bytes: 60 },
  ]);
});

test.each([
  ["a container runs it", { containers: [container("running")] }, {}],
  ["a container is about to run it", { containers: [container("created")] }, {}],
  ["a service names its tag", { specs: [runs("wiki:1")] }, {}],
  ["a service names its digest under another tag", { specs: [runs(`wiki:9@${DIGEST}`)] }, {}],
  ["a service names it in full", { specs: [runs("docker.io/library/wiki:1")] }, {}],
  ["a return point names its digest", {}, { images: [`wiki@${DIGEST}`] }],
  ["a return point names its tag", {}, { images: [`wiki:1@${OTHER}`] }],
])("an image stays where %s", (_why, stock, kept) => {
  const images = [image("one", ["wiki:1"], [`wiki@${DIGEST}`])];
  expect(names({ images, ...stock }, kept)).toEqual([]);
});

test("one that has lost its tag is found by its digest, or shown by its id", () => {
  const dangling = image("sha256:123456789abcdef", ["<none>:<none>"], ["<none>@<none>"]);
  expect(names({ images: [dangling] })).toEqual(["sha256:123456789abc"]);
  const untagged = image("two", ["<none>:<none>"], [`wiki@${DIGEST}`]);
  expect(names({ images: [untagged] }, { images: [`wiki:1@${DIGEST}`] })).toEqual([]);
});

test("a container that somebody started by hand stays, and its image too", () => {
  const containers = [container("exited", { Labels: {} })];
  expect(names({ containers, images: [image("one", ["wiki:1"])] })).toEqual([]);
});

test("a container that is over is waste with the image that only it held", () => {
  const stock = { containers: [container("exited")], images: [image("one", ["wiki:1"])] };
  expect(names(stock)).toEqual(["exited", "wiki:1"]);
});

test("networks of stacks, of Docker, of Traefik and of whoever uses one stay", () => {
  const networks = [
    network("old"),
    network("wiki_default", { "com.docker.stack.namespace": "wiki" }),
    ...["bridge", "host", "none", "ingress", "docker_gwbridge", "proxy"].map((one) => network(one)),
    ...["by-service", "by-container", "by-name", "kept"].map((one) => network(one)),
  ];
  const Networks = { "by-name": { NetworkID: "" }, other: { NetworkID: "id-by-container" } };
  const stock = {
    networks,
    specs: [{ TaskTemplate: { Networks: [{ Target: "id-by-service" }] } }],
    containers: [container("running", { NetworkSettings: { Networks } })],
  };
  expect(names(stock, { networks: ["kept"] })).toEqual(["old"]);
});

test("configs of stacks that no service uses are waste, those made by hand and those kept are not", () => {
  const config = (Name: string, stack?: string): Stock["configs"][number] => ({
    ID: `id-${Name}`,
    Spec: { Name, ...(stack !== undefined && { Labels: { "com.docker.stack.namespace": stack } }) },
  });
  const stock = {
    configs: [config("a_v1", "a"), config("a_v2", "a"), config("a_v3", "a"), config("by-hand")],
    specs: [{ TaskTemplate: { ContainerSpec: { Configs: [{ ConfigName: "a_v3" }] } } }],
  };
  expect(names(stock, { configs: ["a_v2"] })).toEqual(["a_v1"]);
});

test("build cache is one thing", () => {
  expect(wasteIn({ ...NOTHING, buildCache: 5 }, NONE)).toEqual([
    { kind: "build-cache", id: "build cache", name: "build cache", bytes: 5 },
  ]);
});
