// What drills left is taken away by a later look, and nothing that is another's.
import { Readable } from "node:stream";
import { describe, expect, test, vi } from "vitest";
import { sweepDrills } from "../../src/app/drill-sweep.ts";
import { isStackName } from "../../src/core/ids.ts";
import { SCRATCH_LABEL } from "../../src/core/scratch.ts";
import { named } from "../named.ts";
import { backedUp, leftOf, SCRATCH } from "./proving-ground.ts";
import { ended, signal, WIKI } from "./strongroom.ts";

describe("what a drill left that nobody remembers", () => {
  test("is found by its name and marks, taken away and told, and nothing else is", async () => {
    await using room = await backedUp();
    const { cargo } = room.host;
    const volume = { name: `${SCRATCH}_data`, stack: SCRATCH, image: "x", mark: `drill ${WIKI}` };
    await cargo.writeVolume(volume, Readable.from([]), signal);
    await cargo.writeSecret(
      { name: `${SCRATCH}_key`, mark: `drill ${WIKI}` },
      new Uint8Array(),
      signal,
    );
    await cargo.writeSecret({ name: "moved_key", mark: "$move" }, new Uint8Array(), signal);
    const { world } = room.desk;
    await sweepDrills.run(world, world.clock.now(), signal);
    expect(await leftOf(room)).toEqual(["secret moved_key"]);
    const told = await room.desk.chat.waitFor("had left something on");
    expect(told.body).toContain(WIKI);
  });

  test.each([
    ["without a mark", {}],
    ["of another moot", { [SCRATCH_LABEL]: "shop.elsewhere.coop" }],
  ])("is let be where a stack of such a name is %s", async (_what, labels) => {
    await using room = await backedUp();
    const { world } = room.desk;
    const service = { stack: SCRATCH, service: "app", image: "x", running: 1, wanted: 1 };
    const remove = vi.spyOn(room.host, "removeStack").mockResolvedValue(undefined);
    const fleet = vi.spyOn(room.host, "fleet").mockResolvedValue([{ ...service, labels }]);
    await sweepDrills.run(world, world.clock.now(), signal);
    expect(remove).not.toHaveBeenCalled();
    fleet.mockResolvedValue([{ ...service, labels: { [SCRATCH_LABEL]: WIKI } }]);
    await sweepDrills.run(world, world.clock.now() + 600_000, signal);
    expect(remove).toHaveBeenCalledOnce();
  });

  test("is let be where its drill begins while another's is taken away", async () => {
    await using room = await backedUp();
    const { world } = room.desk;
    const [job] = world.ledger.jobs.recent(1);
    if (job === undefined) throw new Error("it was never backed up");
    const left = ["moot-drill-aaaaaaaa", "moot-drill-bbbbbbbb"].map((stack) => {
      const labels = { [SCRATCH_LABEL]: WIKI };
      return { stack, service: "app", image: "x", running: 1, wanted: 1, labels };
    });
    vi.spyOn(room.host, "fleet").mockResolvedValue(left);
    const active = vi.spyOn(world.ledger.jobs, "active");
    const remove = vi.spyOn(room.host, "removeStack").mockImplementation(async () => {
      const stack = named(isStackName, "moot-drill-bbbbbbbb");
      const scope = { ...job.plan.scope, stack };
      active.mockReturnValue([{ ...job, plan: { ...job.plan, act: "drill", scope } }]);
    });
    await sweepDrills.run(world, world.clock.now(), signal);
    expect(remove).toHaveBeenCalledOnce();
  });

  test("is let be while its drill is under way", async () => {
    await using room = await backedUp();
    const { world } = room.desk;
    let during: readonly string[] = [];
    room.host.program = async ({ exec: { argv } }) => {
      if (argv[0] === "check") {
        await sweepDrills.run(world, world.clock.now() + 600_000, signal);
        during = await leftOf(room);
      }
      return { exitCode: 0, output: "" };
    };
    expect((await ended(room, `!drill ${WIKI}`)).state).toBe("succeeded");
    expect(during).toContain("service app");
  });
});
