// A link that cannot get there says why and what to do, and does not hammer at the door.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fingerprint } from "../../src/swarm/host-keys.ts";
import { makeKeyPair, makeLockedKeyPair, type SshServer } from "./ssh-server.ts";
import {
  alpha,
  Ground,
  MemoryLog,
  MovableClock,
  over,
  ping,
  problem,
  refusal,
  soon,
} from "./stage.ts";

// Handshakes are arithmetic: on a busy machine they take their time.
vi.setConfig({ testTimeout: 20_000 });

const rsaHost = makeKeyPair("rsa");
const newHost = makeKeyPair();
const stranger = makeKeyPair();
let ground: Ground;
let server: SshServer;

beforeEach(async () => {
  ground = await Ground.start();
  server = ground.server;
});

afterEach(() => ground[Symbol.asyncDispose]());

describe("the host key", () => {
  test("of an unknown server is told with the line to add, and nobody logs in", async () => {
    const link = ground.open({ hostKeys: [] });
    expect(await refusal(link.stream(soon()))).toEqual({
      kind: "host-key-unknown",
      server: alpha,
      fingerprint: fingerprint(Ground.host.line),
      line: `hostKey: "${Ground.host.line}"`,
    });
    expect(link.state).toBe("blocked");
    expect(server.counts.logins).toBe(0);
  });

  test("that has changed stops the link for good, and somebody is told once", async () => {
    const told = vi.fn();
    const link = ground.open({ onHostKeyChanged: told });
    await ping(link);
    server.showHostKeys([newHost]);
    server.cut();
    await vi.waitUntil(() => link.state === "idle");
    const changed = {
      kind: "host-key-changed",
      server: alpha,
      expected: fingerprint(Ground.host.line),
      found: fingerprint(newHost.line),
    };
    expect(await refusal(link.stream(soon()))).toEqual(changed);
    server.showHostKeys([Ground.host]);
    expect(await refusal(link.stream(soon()))).toEqual(changed);
    expect(link.state).toBe("blocked");
    expect(server.counts).toMatchObject({ connections: 2, logins: 1 });
    expect(told).toHaveBeenCalledExactlyOnceWith(changed);
  });

  test("of another type than the pinned one is a changed key, not a riddle", async () => {
    server.showHostKeys([rsaHost]);
    expect(await refusal(ground.open().stream(soon()))).toMatchObject({
      kind: "host-key-changed",
      found: fingerprint(rsaHost.line),
    });
  });

  test("may be any of several pinned, and is asked for by the type that is pinned", async () => {
    server.showHostKeys([Ground.host, rsaHost]);
    expect(await ping(ground.open({ hostKeys: [rsaHost.line] }))).toContain("200 OK");
    expect(await ping(ground.open({ hostKeys: [newHost.line, Ground.host.line] }))).toContain(
      "200 OK",
    );
  });
});

describe("a server that cannot be reached", () => {
  test("refuses our key: the sentence names user, fingerprint and what to add where", async () => {
    const sentence = await problem(ground.open({ key: stranger.key }).stream(soon()));
    expect(sentence).toContain(`moot's key ${fingerprint(stranger.line)}`);
    expect(sentence).toContain(`~moot/.ssh/authorized_keys there: ${stranger.line}`);
  });

  test("is not even asked with a key that cannot be read", async () => {
    const locked = makeLockedKeyPair("open sesame");
    for (const key of ["nonsense", locked.key]) {
      const link = ground.open({ key });
      expect(await problem(link.stream(soon()))).toMatch(/^moot cannot read its private key/);
    }
    expect(server.counts.connections).toBe(0);
  });

  test("listens on no such port, or has no such name", async () => {
    const port = server.port;
    await ground[Symbol.asyncDispose]();
    const refused = ground.open({ ssh: { user: "moot", host: "127.0.0.1", port } });
    expect(await problem(refused.stream(soon()))).toBe(
      `127.0.0.1:${port} refuses the connection. Check that sshd runs there and listens on that port.`,
    );
    const nameless = ground.open({ ssh: { user: "moot", host: "no.such.name.invalid", port } });
    expect(await problem(nameless.stream(soon()))).toContain("leads to no address");
    ground = await Ground.start();
  });

  test("answers within the deadline or is given up, and the command goes on without us", async () => {
    const link = ground.open({ deadline: 200 });
    expect(await problem(link.exec(["sleep", "60"], { signal: soon() }))).toMatch(
      /^it did not answer within 0.2 s/,
    );
    expect(await ping(link)).toContain("200 OK");
  });

  test("is not tried again before the pause is over, which grows with full jitter", async () => {
    const clock = new MovableClock();
    const log = new MemoryLog();
    const link = ground.open({ key: stranger.key, clock, log, random: () => 0.5 });
    for (const [tries, pause] of [500, 1000, 2000, 4000, 8000, 15_000, 15_000].entries()) {
      await problem(link.stream(soon()));
      expect(server.counts.connections).toBe(tries + 1);
      clock.move(pause - 1);
      expect(link.state).toBe("down");
      expect(await problem(link.stream(soon()))).toContain("does not let moot's key");
      expect(server.counts.connections).toBe(tries + 1);
      clock.move(1);
      expect(link.state).toBe("idle");
    }
    expect(JSON.stringify(log.lines)).not.toContain(stranger.key.split("\n")[1]);
  });
});

describe("a server that forwards no sockets", () => {
  beforeEach(() => {
    server.conduct = { ...server.conduct, forwards: false };
  });

  test("is spoken to by the docker command over the same connection, from then on", async () => {
    const link = ground.open();
    expect(await ping(link)).toContain("200 OK");
    expect(await ping(link)).toContain("200 OK");
    expect(server.counts).toMatchObject({ connections: 1, forwards: 1 });
    expect(new Set(server.commands)).toEqual(new Set(["docker system dial-stdio"]));
  });

  test("is given at most six sessions, and fewer where it allows fewer", async () => {
    for (const sessions of [10, 2, 1]) {
      server.conduct = { ...server.conduct, sessions };
      server.mostSessions = 0;
      const link = ground.open();
      const answers = await Promise.all(Array.from({ length: 12 }, () => ping(link)));
      expect(answers.every((answer) => answer.endsWith("OK"))).toBe(true);
      expect(server.mostSessions).toBe(Math.min(6, sessions));
    }
  });

  test("is asked again over a new connection once people have mended what the sentence says", async () => {
    const link = ground.open();
    server.conduct = { ...server.conduct, docker: "denied" };
    expect(await problem(link.stream(soon()))).toBe(
      "moot may not use Docker there. Put them into its group: usermod -aG docker moot",
    );
    server.conduct = { ...server.conduct, docker: "dials" };
    await vi.waitUntil(() => link.state === "idle");
    expect(await ping(link)).toContain("200 OK");
    expect(server.counts.connections).toBe(2);
  });

  test("says so when Docker is missing, is down, or nothing is allowed", async () => {
    const link = ground.open();
    server.conduct = { ...server.conduct, docker: "missing" };
    expect(await problem(link.stream(soon()))).toContain("AllowStreamLocalForwarding yes");
    server.conduct = { ...server.conduct, docker: "finds no engine" };
    expect(await problem(link.stream(soon()))).toContain("systemctl start docker");
    server.conduct = { ...server.conduct, sessions: 0 };
    expect(await problem(link.stream(soon()))).toContain("neither forward a socket nor run");
    expect(link.state).toBe("up");
  });

  test("is diagnosed again when its engine goes away later", async () => {
    const link = ground.open();
    await ping(link);
    server.conduct = { ...server.conduct, docker: "finds no engine" };
    await over(await link.stream(soon()));
    await expect.poll(() => problem(link.stream(soon()))).toContain("systemctl start docker");
    server.conduct = { ...server.conduct, docker: "dials" };
    expect(await ping(link)).toContain("200 OK");
    expect(server.counts.connections).toBe(1);
  });
});
