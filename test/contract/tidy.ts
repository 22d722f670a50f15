// What every implementation of Host keeps to when a server is tidied or looked over as a whole.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StackName } from "../../src/core/ids.ts";
import type { Host } from "../../src/core/ports.ts";
import type { Kept, Waste } from "../../src/core/servers.ts";

export interface TidyGround extends AsyncDisposable {
  readonly host: Host;
  /** Leaves a container that is over, an image, a network and an old config that nothing uses, by these names. */
  litter(): Promise<Readonly<Record<Exclude<Waste["kind"], "build-cache">, string>>>;
  /** A stack that runs. */
  readonly stack: StackName;
}

const NOTHING: Kept = { images: [], configs: [], networks: [] };

export function describeTidy(name: string, make: () => Promise<TidyGround>): void {
  const { signal } = new AbortController();
  let ground: TidyGround;
  let host: Host;
  let litter: Awaited<ReturnType<TidyGround["litter"]>>;

  async function found(kept: Kept): Promise<readonly Waste[]> {
    const names = Object.values(litter);
    const { waste } = await host.prunable(kept, signal);
    return waste.filter((one) => names.includes(one.name));
  }

  describe(`${name}, as a host that is tidied,`, () => {
    beforeAll(async () => {
      ground = await make();
      host = ground.host;
      litter = await ground.litter();
    });
    afterAll(async () => ground[Symbol.asyncDispose]());

    test("tells each stack as it tells it alone", async () => {
      const { live } = await host.inspect(ground.stack, signal);
      const states = await host.states(signal);
      expect(states.filter(({ stack }) => stack === ground.stack)).toEqual([live]);
    });

    test("finds what nothing needs, with what images take", async () => {
      const waste = await found(NOTHING);
      expect(waste.map(({ kind }) => kind).toSorted()).toEqual([
        "config",
        "container",
        "image",
        "network",
      ]);
      expect(waste.find(({ kind }) => kind === "image")?.bytes).toBeGreaterThan(0);
      expect((await host.prunable(NOTHING, signal)).used).toBeGreaterThan(0);
    });

    test("leaves out what is to be kept", async () => {
      const { image, config, network } = litter;
      const kept = { images: [image], configs: [config], networks: [network] };
      expect((await found(kept)).map(({ kind }) => kind)).toEqual(["container"]);
    });

    test("removes nothing that is kept by then, nor what was not named", async () => {
      const waste = await found(NOTHING);
      const images = waste.filter(({ kind }) => kind === "image");
      expect(await host.prune(images, { ...NOTHING, images: [litter.image] }, signal)).toEqual([]);
      expect(await host.prune([], NOTHING, signal)).toEqual([]);
      expect(await found(NOTHING)).toEqual(waste);
    });

    test("removes what it is told to and says so, as often as it is told, and nothing that runs", async () => {
      const { live } = await host.inspect(ground.stack, signal);
      const waste = await found(NOTHING);
      expect(await host.prune(waste, NOTHING, signal)).toEqual(waste);
      expect(await host.prune(waste, NOTHING, signal)).toEqual(waste);
      expect(await found(NOTHING)).toEqual([]);
      expect((await host.inspect(ground.stack, signal)).live).toEqual(live);
    });

    test("says of a domain that nobody answers for that it has no certificate to show", async () => {
      expect(await host.certificate("nobody.example.coop", signal)).toHaveProperty("problem");
    });
  });
}
