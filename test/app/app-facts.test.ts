// What an app's running services say about it.
import { expect, it } from "vitest";
import { deployedVersion } from "../../src/app/app-facts.ts";
import type { FleetService } from "../../src/core/ports.ts";

const running = (service: string, version: string): FleetService => ({
  stack: "wiki",
  service,
  image: "wiki:1",
  labels: { "coop-cloud.wiki.version": version },
  running: 1,
  wanted: 1,
});

it("takes the version from service app, whatever the others claim", () => {
  const services = [running("aaa", "2.0.0+2"), running("app", "1.0.0+1")];
  expect(deployedVersion("wiki", services)).toBe("1.0.0+1");
});
