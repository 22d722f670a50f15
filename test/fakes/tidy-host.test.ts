// The swarm in memory is tidied as every host is.
import { isServerName, isStackName } from "../../src/core/ids.ts";
import { describeTidy } from "../contract/tidy.ts";
import { named } from "../named.ts";
import { meaningOfJson, plainService } from "./composer.ts";
import { makeFastClock } from "./fast-clock.ts";
import { FakeHost } from "./host.ts";

describeTidy("the swarm in memory", async () => {
  const server = named(isServerName, "alpha.example.coop");
  const host = new FakeHost({ server, clock: makeFastClock(), meaning: meaningOfJson });
  const stack = named(isStackName, "wiki");
  const services = [plainService("app", "wiki:1")];
  const compose = JSON.stringify({ stack, services, configs: [] });
  await host.deploy(stack, compose, new AbortController().signal);
  return {
    host,
    stack,
    litter: async () => {
      const names = { container: "over", image: "wiki:0", network: "old", config: "page_v0" };
      host.litter.push(
        { kind: "container", id: "1", name: names.container },
        { kind: "image", id: "2", name: names.image, bytes: 7 },
        { kind: "network", id: "3", name: names.network },
        { kind: "config", id: "4", name: names.config },
      );
      return names;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
});
