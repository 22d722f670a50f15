// Who wants to add a server sees the keys that are really shown, and moot trusts none of them by itself.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { lookAtKeys, type FirstLook } from "../../src/swarm/first-look.ts";
import { fingerprint } from "../../src/swarm/host-keys.ts";
import { makeKeyPair as makeOwn } from "../../src/swarm/key-pair.ts";
import { makeKeyPair, SshServer } from "./ssh-server.ts";
import { alpha, problem, soon } from "./stage.ts";

vi.setConfig({ testTimeout: 20_000 });

const own = makeOwn("moot-for-alpha");
/** As the servers of these tests list those they let in. */
const client = {
  key: own.privateKey,
  line: own.publicKey.split(" ").slice(0, 2).join(" "),
};
const [hostKey, jumpKey] = [makeKeyPair(), makeKeyPair()];
let server: SshServer;
let jump: SshServer;

beforeEach(async () => {
  server = await SshServer.start([hostKey], []);
  jump = await SshServer.start([jumpKey], [client]);
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await jump[Symbol.asyncDispose]();
});

function looking(way: FirstLook["way"]): FirstLook {
  return { server: alpha, way, key: own.privateKey, handshakeTime: 5_000 };
}

function at(port: number) {
  return { user: "deploy", host: "127.0.0.1", port };
}

test("shows the host key with its fingerprint, and does not try to get in", async () => {
  const seen = await lookAtKeys(looking({ address: at(server.port) }), soon());
  const shown = { line: hostKey.line, fingerprint: fingerprint(hostKey.line) };
  expect(seen).toEqual({ address: { ...at(server.port), hostKey: shown } });
  expect(server.counts).toMatchObject({ connections: 1, logins: 0 });
});

test("looks through a jump host, and shows both keys", async () => {
  const way = { address: at(server.port), jump: at(jump.port) };
  const seen = await lookAtKeys(looking(way), soon());
  expect(seen.address.hostKey.line).toBe(hostKey.line);
  expect(seen.jump).toMatchObject({ port: jump.port, hostKey: { line: jumpKey.line } });
  expect(server.counts.logins).toBe(0);
});

test("a jump host that does not let moot in is told of, with the line to put there", async () => {
  await using strict = await SshServer.start([jumpKey], []);
  const way = { address: at(server.port), jump: at(strict.port) };
  const words = await problem(lookAtKeys(looking(way), soon()));
  expect(words).toContain("Add its public half to ~deploy/.ssh/authorized_keys there");
  expect(words).toContain(client.line);
  expect(server.counts.connections).toBe(0);
});

test("a server that does not answer is told of with the reason", async () => {
  const { port } = server;
  await server[Symbol.asyncDispose]();
  const words = await problem(lookAtKeys(looking({ address: at(port) }), soon()));
  expect(words).toContain(`127.0.0.1:${port} refuses the connection`);
  server = await SshServer.start([hostKey], []);
});
