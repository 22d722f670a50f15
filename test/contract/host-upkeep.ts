// What every implementation of Host keeps to beside deploys: restarts, programs in containers, and taking things away.
import { beforeAll, expect, test, vi } from "vitest";
import type { Exec } from "../../src/core/exec.ts";
import { isStackName } from "../../src/core/ids.ts";
import type { Host, LogLine } from "../../src/core/ports.ts";
import { named } from "../named.ts";
import { currentIds, PROGRAMS, refusalOf, watchEnding, type HostGround } from "./host-ground.ts";

const CARE = named(isStackName, "care");
const { signal } = new AbortController();
const LIMITS = { limit: 10_000, deadline: 60_000 };

export function upkeepCases(of: () => HostGround): void {
  let host: Host;
  const secret = `care_token_${String(Date.now())}`;

  async function write(): Promise<void> {
    const { revision } = await host.inspect(CARE, signal);
    const { compose } = await of().holding(CARE, secret);
    await host.deploy(CARE, compose, signal);
    expect(await watchEnding(of(), CARE, revision)).toMatchObject({ ending: "converged" });
  }

  function run(argv: Exec["argv"], more: Partial<Exec> = {}): ReturnType<Host["exec"]> {
    return host.exec(CARE, { service: "app", argv, ...LIMITS, ...more }, signal);
  }

  beforeAll(() => {
    host = of().host;
  });

  test("tells an app's secrets with their age", async () => {
    const asked = of().clock.now();
    await host.createSecret(secret, "value", signal);
    await host.createSecret(secret.replace("care", "careless"), "value", signal);
    const found = await host.secretsOf(CARE, signal);
    expect(found.map(({ name }) => name)).toEqual([secret]);
    expect(Math.abs((found[0]?.createdAt ?? 0) - asked)).toBeLessThan(60_000);
  });

  test("starts tasks anew by the counter, once for each number, and changes nothing else", async () => {
    await write();
    const before = await host.inspect(CARE, signal);
    const [old] = currentIds(await host.sight(CARE, signal));
    const counter = (await host.counters(CARE, signal))["app"] ?? -1;
    expect(counter).toBeGreaterThanOrEqual(0);
    await host.restart(CARE, { app: counter + 1 }, signal);
    expect(await watchEnding(of(), CARE, before.revision)).toMatchObject({ ending: "converged" });
    expect(await host.counters(CARE, signal)).toEqual({ app: counter + 1 });
    const now = currentIds(await host.sight(CARE, signal));
    expect(now).toHaveLength(1);
    expect(now).not.toContain(old);
    const after = await host.inspect(CARE, signal);
    expect(after.live).toEqual(before.live);
    await host.restart(CARE, { app: counter + 1 }, signal);
    expect((await host.inspect(CARE, signal)).revision).toEqual(after.revision);
    expect(currentIds(await host.sight(CARE, signal))).toEqual(now);
  });

  test("refuses to restart a service that is not there", async () => {
    expect(await refusalOf(host.restart(CARE, { nobody: 1 }, signal))).toMatchObject({
      kind: "step-failed",
      step: "restart nobody",
    });
  });

  test("tells how a program ended and what it said, both streams in order", async () => {
    const ended = await run(PROGRAMS.speaks);
    expect(ended).toEqual({ exitCode: 4, output: "one\ntwo\n", isCut: false });
  });

  test("hands words and variables to a program as they are", async () => {
    const { output } = await run(PROGRAMS.repeats, { env: { WORD: "$HOME `id`" } });
    expect(output).toBe("a b\n$(id)\n*\n$HOME `id`\n");
  });

  test("puts files into the container first", async () => {
    const files = [{ path: "/tmp/moot/note", content: "grüße\n" }];
    expect(await run(PROGRAMS.reads, { files })).toMatchObject({ exitCode: 0, output: "grüße\n" });
  });

  test("cuts what a program says at the limit", async () => {
    const ended = await run(PROGRAMS.chatters, { limit: 10 });
    expect(ended).toEqual({ exitCode: 0, output: "x".repeat(10), isCut: true });
    expect(await run(PROGRAMS.chatters, { limit: 1_000 })).toMatchObject({ isCut: false });
  });

  test("ends a program at its deadline and with the signal", async () => {
    expect(await refusalOf(run(PROGRAMS.lingers, { deadline: 2_000 }))).toMatchObject({
      kind: "step-failed",
      step: "exec app",
    });
    const stop = new AbortController();
    const exec = { service: "app", argv: PROGRAMS.lingers, limit: 100, deadline: 600_000 };
    const reason = new Error("enough");
    AbortSignal.timeout(1_000).addEventListener("abort", () => stop.abort(reason));
    await expect(host.exec(CARE, exec, stop.signal)).rejects.toBe(reason);
    // Its child got the same signal, and the kernel may take a moment.
    const isOver = async (): Promise<void> =>
      expect((await run(PROGRAMS.lists)).output).not.toContain("77777");
    await vi.waitFor(isOver, { timeout: 10_000, interval: 100 });
  });

  test("says why nothing can be run", async () => {
    const argv = PROGRAMS.reads;
    const nobody = { service: "nobody", argv, ...LIMITS };
    expect(await refusalOf(host.exec(CARE, nobody, signal))).toEqual({
      kind: "not-running",
      stack: CARE,
      service: "nobody",
      problem: "there is no such service",
    });
    const homeless = named(isStackName, "homeless");
    const pending = { service: "app", argv, ...LIMITS };
    const reason = await refusalOf(host.exec(homeless, pending, signal));
    expect(reason).toMatchObject({ kind: "not-running", stack: homeless });
    expect("problem" in reason && reason.problem).toContain("its task is pending");
  });

  test("follows a log: the last lines first, then what comes", async () => {
    const stop = new AbortController();
    const query = { service: "app", lines: 1 };
    const lines: LogLine[] = [];
    const reason = new Error("enough");
    await run(PROGRAMS.writes);
    // It takes a moment from the container into the log.
    await vi.waitFor(async () => {
      expect(await host.logs(CARE, query, signal)).toMatchObject([{ text: "hello" }]);
    }, 20_000);
    const following = (async () => {
      for await (const line of host.follow(CARE, query, stop.signal)) {
        lines.push(line);
        if (lines.length === 1) await run(PROGRAMS.writes);
        else stop.abort(reason);
      }
    })();
    await expect(following).rejects.toBe(reason);
    expect(lines.map(({ text }) => text)).toEqual(["hello", "hello"]);
    expect(lines[1]?.service).toBe("app");
    expect(lines[1]?.task).toBe(currentIds(await host.sight(CARE, signal))[0]);
  });

  test("lists volumes with their node, and tells which task uses which", async () => {
    const [volume, ...others] = await host.volumes(CARE, signal);
    expect(others).toEqual([]);
    const task = (await host.tasks(CARE, signal)).find(({ current }) => current);
    expect(task?.volumes).toEqual(["care_data"]);
    expect(volume).toMatchObject({ name: "care_data", node: task?.node });
    expect(volume?.bytes).toBeGreaterThanOrEqual(0);
  });

  test("reads what secrets hold, and leaves no trace of that", async () => {
    const { cargo } = host;
    const read = await cargo.readSecrets([secret], of().image, signal);
    expect([...read].map(([name, value]) => [name, Buffer.from(value).toString()])).toEqual([
      [secret, "value"],
    ]);
    expect(await of().readers()).toBe(0);
    const absent = await refusalOf(cargo.readSecrets(["care_none_v1"], of().image, signal));
    expect(absent).toMatchObject({ kind: "step-failed", step: "read secrets" });
  });

  test("ends what a killed moot left that reads secrets, and nothing else", async () => {
    const { cargo } = host;
    await of().leaveReader(["care_one_v1", secret]);
    await cargo.endReading([secret], signal);
    expect(await of().readers()).toBe(1);
    await cargo.endReading([secret, "care_one_v1"], signal);
    await cargo.endReading([secret, "care_one_v1"], signal);
    expect(await of().readers()).toBe(0);
  });

  test("carries a volume over whole, and sees where two differ", async () => {
    const { cargo } = host;
    const from = { name: "care_data", stack: CARE, image: of().image };
    const to = { ...from, name: "care_copy", mark: "$one" };
    expect((await run(PROGRAMS.fills)).exitCode).toBe(0);
    await cargo.writeVolume(to, cargo.readVolume(from, signal), signal);
    expect(await cargo.fingerprint(to, signal)).toBe(await cargo.fingerprint(from, signal));
    expect((await run(PROGRAMS.changes)).exitCode).toBe(0);
    expect(await cargo.fingerprint(to, signal)).not.toBe(await cargo.fingerprint(from, signal));
    // What it held is gone.
    await cargo.writeVolume(to, cargo.readVolume(from, signal), signal);
    expect(await cargo.fingerprint(to, signal)).toBe(await cargo.fingerprint(from, signal));
    const other = cargo.writeVolume(
      { ...to, mark: "$two" },
      cargo.readVolume(from, signal),
      signal,
    );
    expect(await refusalOf(other)).toMatchObject({ kind: "step-failed" });
    expect(await cargo.look([to.name, "care_none"], signal)).toMatchObject([
      { name: to.name, isPlain: true },
    ]);
    const mark = { what: "volume", name: to.name, mark: "$one" };
    expect(await cargo.marks(signal)).toContainEqual(mark);
    await cargo.discard({ what: "volume", names: [from.name, to.name], mark: "$two" }, signal);
    expect(await cargo.look([to.name], signal)).toHaveLength(1);
    await cargo.discard({ what: "volume", names: [from.name, to.name], mark: "$one" }, signal);
    expect((await cargo.look([from.name, to.name], signal)).map(({ name }) => name)).toEqual([
      from.name,
    ]);
  });

  test("marks the secrets it carries over, and takes away no others", async () => {
    const { cargo } = host;
    const name = `care_carried_${String(Date.now())}`;
    const value = Buffer.from("value");
    expect(await cargo.writeSecret({ name, mark: "$one" }, value, signal)).toBe(true);
    expect(await cargo.writeSecret({ name, mark: "$one" }, value, signal)).toBe(true);
    expect(await cargo.writeSecret({ name, mark: "$two" }, value, signal)).toBe(false);
    expect(await cargo.marks(signal)).toContainEqual({ what: "secret", name, mark: "$one" });
    await cargo.discard({ what: "secret", names: [name], mark: "$two" }, signal);
    expect((await host.names(signal)).secrets).toContain(name);
    await cargo.discard({ what: "secret", names: [name, secret], mark: "$one" }, signal);
    const { secrets } = await host.names(signal);
    expect(secrets).not.toContain(name);
    expect(secrets).toContain(secret);
  });

  test("removes no secret, config or volume that is in use, and says by whom", async () => {
    const config = "care_page_v1";
    const by = ["care_app"];
    const refused = { kind: "in-use", by };
    const spare = `care_spare_${String(Date.now())}`;
    await host.createSecret(spare, "value", signal);
    const secrets = host.removeSecrets([spare, secret], signal);
    expect(await refusalOf(secrets)).toEqual({ ...refused, what: "secret", name: secret });
    const configs = host.removeConfigs([config], signal);
    expect(await refusalOf(configs)).toEqual({ ...refused, what: "config", name: config });
    const volumes = host.removeVolumes(["care_data"], signal);
    expect(await refusalOf(volumes)).toEqual({ ...refused, what: "volume", name: "care_data" });
    const { secrets: names, configs: there } = await host.names(signal);
    expect(names).toEqual(expect.arrayContaining([spare, secret]));
    expect(there.map(({ name }) => name)).toContain(config);
    await host.removeSecrets([spare], signal);
  });

  test("takes a stack away until nothing is left but volumes and the app's own secrets", async () => {
    const labelled = `care_made_${String(Date.now())}`;
    await of().label(CARE, labelled);
    await host.removeStack(CARE, signal);
    expect(await host.inspect(CARE, signal)).not.toHaveProperty("live");
    expect(await host.tasks(CARE, signal)).toEqual([]);
    const names = await host.names(signal);
    const owned = Object.keys(names.owners).filter((name) => names.owners[name] === CARE);
    expect(owned.filter((name) => name !== "care_data")).toEqual([]);
    expect(names.secrets).toContain(secret);
    expect(names.secrets).not.toContain(labelled);
    expect(await host.volumes(CARE, signal)).toHaveLength(1);
    await host.removeStack(CARE, signal);
  });

  test("writes a stack anew as soon as it was taken away", async () => {
    await write();
    await host.removeStack(CARE, signal);
    expect(await host.counters(CARE, signal)).toEqual({});
  });

  test("removes secrets, configs and volumes, and minds none that is gone", async () => {
    await write();
    await host.removeServices(CARE, ["app"], signal);
    await host.gone(CARE, signal);
    await host.removeSecrets([secret, "care_never"], signal);
    await host.removeConfigs(["care_page_v1", "care_never"], signal);
    await host.removeVolumes(["care_data", "care_never"], signal);
    expect(await host.secretsOf(CARE, signal)).toEqual([]);
    expect(await host.volumes(CARE, signal)).toEqual([]);
    const { configs } = await host.names(signal);
    expect(configs.map(({ name }) => name)).not.toContain("care_page_v1");
    await host.removeSecrets([secret], signal);
    await host.removeVolumes(["care_data"], signal);
    await host.removeStack(CARE, signal);
  });
}
