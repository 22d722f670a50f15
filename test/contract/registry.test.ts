// The registry client against a real docker-registry.
import { afterAll, beforeAll } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { openRegistries } from "../../src/registry/client.ts";
import { layerOf } from "../testbed/registry.ts";
import { openTestbed, type Testbed } from "../testbed/index.ts";
import { describeRegistry } from "./registry.ts";

let testbed: Testbed;

beforeAll(async () => {
  const say = (): void => undefined;
  testbed = await openTestbed({ name: "moot-registry", subnet: "10.83.0", hosts: [], say });
});

afterAll(() => testbed.down());

describeRegistry("a docker-registry", async () => {
  const { registry } = testbed;
  const image = { layers: [layerOf(Buffer.alloc(1024))], config: {} };
  const digest = await registry.push("looked-at", "1.0", image);
  return {
    ...openRegistries({
      logins: {},
      plainHttp: [registry.address],
      deadline: 10_000,
      clock: systemClock,
    }),
    image: `${registry.address}/looked-at:1.0`,
    digest,
    absent: [`${registry.address}/looked-at:2.0`, `${registry.address}/nobody:1.0`],
  };
});
