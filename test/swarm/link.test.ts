// A link gives streams and runs commands over one connection, which is made again after a loss.
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { makeKeyPair, makeLockedKeyPair, SshServer } from "./ssh-server.ts";
import { Ground, over, ping, problem, refusal, soon } from "./stage.ts";

// Handshakes are arithmetic: on a busy machine they take their time.
vi.setConfig({ testTimeout: 20_000 });

const newHost = makeKeyPair();
let ground: Ground;
let server: SshServer;

beforeEach(async () => {
  ground = await Ground.start();
  server = ground.server;
});

afterEach(() => ground[Symbol.asyncDispose]());

describe("a link that is well", () => {
  test("gives 50 streams at once over one connection", async () => {
    const link = ground.open();
    expect(link.state).toBe("idle");
    const answers = await Promise.all(Array.from({ length: 50 }, () => ping(link)));
    expect(answers.every((answer) => answer.endsWith("OK"))).toBe(true);
    expect(server.counts).toMatchObject({ connections: 1, logins: 1, forwards: 50, commands: 0 });
    expect(link.state).toBe("up");
  });

  test("runs fixed commands with standard input and gives their exit code", async () => {
    const link = ground.open();
    expect(await link.exec(["cat"], { stdin: "a\nb", signal: soon() })).toEqual({
      exitCode: 0,
      stdout: "a\nb",
      stderr: "",
    });
    expect(await link.exec(["false"], { signal: soon() })).toMatchObject({ exitCode: 1 });
    expect(await link.exec(["nothing"], { signal: soon() })).toMatchObject({
      exitCode: 127,
      stderr: "sh: not found\n",
    });
  });

  test.each([";", "a b", "$HOME", "`id`", "a|b", "a\nb", "'", "", "*", "~", "a>b"])(
    "takes %j for no word of a command",
    (word) => {
      expect(() => ground.open().exec(["date", word], { signal: soon() })).toThrow(
        "not a fixed command",
      );
      expect(server.counts.connections).toBe(0);
    },
  );

  test("hears 20 MB to its end and in order", async () => {
    const stream = await ground.open().stream(soon());
    const body = Buffer.alloc(20_000_000, "0123456789abcdef\n");
    const heard: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => heard.push(chunk));
    stream.write(`POST /echo HTTP/1.0\r\nContent-Length: ${body.length}\r\n\r\n`);
    stream.end(body);
    await once(stream, "end", { signal: soon() });
    const all = Buffer.concat(heard);
    expect(all.subarray(all.indexOf("\r\n\r\n") + 4).equals(body)).toBe(true);
  });

  test("opens an encrypted key with its passphrase", async () => {
    const locked = makeLockedKeyPair("open sesame");
    await using other = await SshServer.start([Ground.host], [locked]);
    const ssh = { user: "moot", host: "127.0.0.1", port: other.port };
    const link = ground.open({ ssh, key: locked.key, passphrase: "open sesame" });
    expect(await ping(link)).toContain("200 OK");
  });

  test("goes through a jump host that has a pinned key of its own", async () => {
    await using jump = await SshServer.start([newHost], [Ground.client]);
    const at = { user: "moot", host: "127.0.0.1", port: jump.port };
    const ssh = { user: "moot", host: "127.0.0.1", port: server.port };
    const link = ground.open({ ssh: { ...ssh, jump: { ...at, hostKeys: [newHost.line] } } });
    expect(await ping(link)).toContain("200 OK");
    expect(jump.counts).toMatchObject({ connections: 1, forwards: 0 });

    const wrong = ground.open({ ssh: { ...ssh, jump: { ...at, hostKeys: [Ground.host.line] } } });
    expect((await refusal(wrong.stream(soon()))).kind).toBe("host-key-changed");
    const unknown = ground.open({ ssh: { ...ssh, jump: { ...at, hostKeys: [] } } });
    expect(await refusal(unknown.stream(soon()))).toMatchObject({
      line: `jumpHostKey: "${newHost.line}"`,
    });
  });
});

describe("a connection that is lost", () => {
  test("breaks its streams, and the next request makes a new one", async () => {
    const link = ground.open();
    const stream = await link.stream(soon());
    const ended = over(stream);
    server.cut();
    expect((await ended)?.message).toBe("the SSH connection was lost");
    expect(await ping(link)).toContain("200 OK");
    expect(server.counts.connections).toBe(2);
  });

  test("is noticed when the server answers no more", async () => {
    const link = ground.open({ keepalive: { interval: 50, count: 3 } });
    const stream = await link.stream(soon());
    const ended = over(stream);
    server.freeze();
    expect((await ended)?.message).toBe("the SSH connection was lost");
    expect(await ping(link)).toContain("200 OK");
    expect(server.counts.connections).toBe(2);
  });

  test("ends a command that runs with a refusal", async () => {
    const link = ground.open();
    const running = problem(link.exec(["sleep", "60"], { signal: soon() }));
    await vi.waitUntil(() => server.counts.commands === 1);
    server.cut();
    expect(await running).toContain("was cut off");
  });

  test("is told of once, and not when moot closes it", async () => {
    const onLost = vi.fn();
    const link = ground.open({ onLost });
    await ping(link);
    expect(onLost).not.toHaveBeenCalled();
    server.cut();
    await vi.waitUntil(() => link.state === "idle");
    expect(onLost).toHaveBeenCalledOnce();
    const ended = over(await link.stream(soon()));
    await link.close();
    await ended;
    expect(onLost).toHaveBeenCalledOnce();
  });

  test("is made again once, however many ask", async () => {
    const link = ground.open();
    await ping(link);
    server.cut();
    await vi.waitUntil(() => link.state === "idle");
    await Promise.all(Array.from({ length: 20 }, () => ping(link)));
    expect(server.counts.connections).toBe(2);
  });
});

describe("who waits may stop waiting", () => {
  test("and the others still get their streams", async () => {
    const link = ground.open();
    const gone = new AbortController();
    const left = link.stream(gone.signal);
    const stays = ping(link);
    gone.abort(new Error("changed my mind"));
    await expect(left).rejects.toThrow("changed my mind");
    expect(await stays).toContain("200 OK");
    await expect(link.stream(gone.signal)).rejects.toThrow("changed my mind");
    expect(server.counts.connections).toBe(1);
  });

  test("and a link that closes ends every wait, every stream and itself", async () => {
    server.conduct = { ...server.conduct, sessions: 1 };
    const link = ground.open();
    const ended = over(await link.stream(soon()));
    const waits = [
      link.exec(["sleep", "60"], { signal: soon() }),
      link.exec(["cat"], { signal: soon() }),
    ];
    const sentences = Promise.all(waits.map(problem));
    await vi.waitUntil(() => server.counts.commands === 1);
    await link.close();
    await ended;
    expect(await sentences).toEqual(Array(2).fill("moot is closing the connection."));
    expect(await problem(link.stream(soon()))).toBe("moot is closing the connection.");
    expect(link.state).toBe("closed");
  });
});
