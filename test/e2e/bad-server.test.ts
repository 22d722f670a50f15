// Servers that cannot be used: each is told with its reason and what to do, and all is well once that is done.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Testbed, TestHost } from "../testbed/index.ts";
import { makeKey } from "../testbed/sshd.ts";
import { openParlour, type Parlour } from "./parlour.ts";
import { openServers } from "./stage.ts";
import { TRACE, whatStands } from "./untouched.ts";
import { until } from "./until.ts";

let testbed: Testbed;
let two: TestHost;
let folder: string;
let parlour: Parlour;

/** Other names of the second host: `stranger` shows a key that it does not know, the others expect wrong host keys. */
beforeAll(async () => {
  testbed = await openServers();
  for (const host of testbed.hosts) await host.wipe();
  two = testbed.host("two");
  folder = await mkdtemp(join(tmpdir(), "moot-keys-"));
  await makeKey(join(folder, "stranger"));
  await makeKey(join(folder, "other"));
  const other = (await readFile(join(folder, "other.pub"), "utf8"))
    .split(" ")
    .slice(0, 2)
    .join(" ");
  const ssh = `root@${two.address}`;
  const key = { file: two.ssh.keyFile };
  const { hostKey } = two.ssh;
  parlour = await openParlour({
    testbed,
    amend: (settings) => {
      const put = (name: string, server: unknown): void =>
        settings.setIn(["servers", `${name}.example.coop`], settings.createNode(server));
      put("stranger", { ssh, key: { file: join(folder, "stranger") }, hostKey });
      put("unpinned", { ssh, key });
      put("changed", { ssh, key, hostKey: other });
    },
  });
  await parlour.start();
});

afterAll(async () => {
  await parlour[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
  for (const host of testbed.hosts) await host.wipe();
});

async function refusal(server: string, app = "app.two.test"): Promise<string> {
  const typed = `!deploy hello ${app} --server ${server}.example.coop`;
  const { body, settles } = await parlour.settled(await parlour.say("ana", typed));
  expect(settles?.how).toBe("refused");
  expect(body).not.toMatch(TRACE);
  return body;
}

/** The fingerprint of the second host's key as people compare it. */
async function fingerprint(): Promise<string> {
  const { stdout } = await execa("ssh-keygen", ["-lf", "-"], { input: `${two.ssh.hostKey}\n` });
  return stdout.split(" ")[1] ?? "";
}

test("a server that refuses moot's key says whose, and where to put it", async () => {
  const before = await whatStands(testbed, parlour.house);
  const said = await refusal("stranger");
  const key = await readFile(join(folder, "stranger.pub"), "utf8");
  expect(said).toContain("in as root");
  expect(said).toContain(
    `~root/.ssh/authorized_keys there: ${key.split(" ").slice(0, 2).join(" ")}`,
  );
  expect(await whatStands(testbed, parlour.house)).toEqual(before);
});

test("a host key that is not in the config is told with its fingerprint and the line to add", async () => {
  const before = await whatStands(testbed, parlour.house);
  const said = await refusal("unpinned");
  expect(said).toContain("a host key that moot does not know");
  expect(said).toContain(await fingerprint());
  expect(said).toContain(`hostKey: "${two.ssh.hostKey}"`);
  expect(await whatStands(testbed, parlour.house)).toEqual(before);
});

test("a host key that has changed stops moot at that server, and rings the room", async () => {
  const before = await whatStands(testbed, parlour.house);
  const said = await refusal("changed");
  expect(said).toContain("The host key of changed.example.coop has changed");
  expect(said).toContain(await fingerprint());
  expect(said).toContain("put its new key into hostKey");
  await refusal("changed");
  const rung = parlour
    .messages()
    .filter(({ rings, settles }) => rings.length > 0 && settles === undefined);
  expect(rung).toHaveLength(1);
  expect(await whatStands(testbed, parlour.house)).toEqual(before);
});

test("a server whose sshd is stopped is told so, and used again when it is back, without a restart", async () => {
  await two.stopSshd();
  const said = await refusal("two");
  expect(said).toContain("The server two.example.coop cannot be reached");
  expect(said).toContain("Check that sshd runs there");
  expect(said).toContain("!servers shows which servers answer");
  const overview = await parlour.ask("ana", "!servers");
  expect(overview).toContain("refuses the connection");
  expect(overview).toMatch(/one\.example\.coop.*manager/);
  await two.startSshd();
  const answer = async (): Promise<true | undefined> =>
    /two\.example\.coop.*manager/.test(await parlour.ask("ana", "!servers")) ? true : undefined;
  expect(await until("the server", answer, 60)).toBe(true);
});

test("a server whose engine is stopped says how to start it", async () => {
  await two.stopDocker();
  try {
    expect(await refusal("two")).toContain("Start it: systemctl start docker");
  } finally {
    await two.startDocker();
  }
});

test("a server that is no swarm says how to make it one", async () => {
  await two.docker("swarm", "leave", "--force");
  try {
    const said = await refusal("two");
    expect(said).toContain("two.example.coop is not a swarm manager");
    expect(said).toContain("docker swarm init");
  } finally {
    testbed = await openServers();
    two = testbed.host("two");
  }
});

test("a server that dies in the middle and stays away ends the job when its time is over, and says why", async () => {
  const typed = "!deploy slow dies.two.test --server two.example.coop TIMEOUT=20";
  const command = await parlour.say("ana", typed);
  await until("the service", () => serviceOf("dies_two_test"), 60);
  await two.freeze();
  try {
    const { body, settles } = await parlour.settled(command, 180);
    expect(settles?.how).toBe("failed");
    expect(body).toContain("dies.two.test: deploy failed");
    expect(body).toContain("was not up in time");
    expect(body).toMatch(/two\.example\.coop (does not answer|cannot be reached)/);
    expect(body).toContain("Next:");
    expect(body).not.toMatch(TRACE);
  } finally {
    await two.thaw();
  }
});

async function serviceOf(stack: string): Promise<true | undefined> {
  const found = await two.docker("service", "ls", "--quiet", `--filter=name=${stack}`);
  return found === "" ? undefined : true;
}
