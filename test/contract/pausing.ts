// What every implementation of Host keeps to when it stops a service for a while.
import { beforeAll, expect, test } from "vitest";
import { isStackName } from "../../src/core/ids.ts";
import { PAUSED_LABEL } from "../../src/core/paused.ts";
import type { Host } from "../../src/core/ports.ts";
import { named } from "../named.ts";
import { refusalOf, watchEnding, type HostGround } from "./host-ground.ts";

const CARE = named(isStackName, "paused");
const { signal } = new AbortController();

export function pausingCases(of: () => HostGround): void {
  let host: Host;

  beforeAll(async () => {
    host = of().host;
    const secret = `paused_token_${String(Date.now())}`;
    await host.createSecret(secret, "value", signal);
    const { revision } = await host.inspect(CARE, signal);
    const { compose } = await of().holding(CARE, secret);
    await host.deploy(CARE, compose, signal);
    expect(await watchEnding(of(), CARE, revision)).toMatchObject({ ending: "converged" });
  });

  test("stops a service for a while and remembers on the server how many tasks it had", async () => {
    const before = await host.inspect(CARE, signal);
    await host.pause(CARE, "app", signal);
    const states = async (): Promise<readonly string[]> => {
      const { services } = await host.sight(CARE, signal);
      const [app] = services.filter(({ name }) => name === "app");
      return (app?.tasks ?? []).map(({ state }) => state);
    };
    expect(await states()).not.toContain("running");
    const paused = (await host.fleet(signal)).find(
      ({ stack, service }) => stack === CARE && service === "app",
    );
    expect(paused).toMatchObject({ wanted: 0, labels: { [PAUSED_LABEL]: "1" } });
    const { revision } = await host.inspect(CARE, signal);
    await host.pause(CARE, "app", signal);
    expect((await host.inspect(CARE, signal)).revision).toEqual(revision);
    await host.resume(CARE, "app", signal);
    expect(await watchEnding(of(), CARE, revision)).toMatchObject({ ending: "converged" });
    const after = await host.inspect(CARE, signal);
    expect(after.live).toEqual(before.live);
    await host.resume(CARE, "app", signal);
    expect((await host.inspect(CARE, signal)).revision).toEqual(after.revision);
    expect(await states()).toContain("running");
  });

  test("refuses to stop a service that is not there, and lets one be that is to start", async () => {
    expect(await refusalOf(host.pause(CARE, "nobody", signal))).toMatchObject({
      kind: "step-failed",
      step: "stop nobody",
    });
    await host.resume(CARE, "nobody", signal);
  });
}
