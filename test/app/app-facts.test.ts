// What an app's running services say about it.
import { expect, it } from "vitest";
import { deployedVersion } from "../../src/app/app-facts.ts";
import type { ServiceState } from "../../src/core/state.ts";

const running = (name: string, version: string): Pick<ServiceState, "name" | "labels"> => ({
  name,
  labels: { "coop-cloud.wiki.version": version },
});

it("takes the version from service app, whatever the others claim", () => {
  const services = [running("aaa", "2.0.0+2"), running("app", "1.0.0+1")];
  expect(deployedVersion("wiki", services)).toBe("1.0.0+1");
});
