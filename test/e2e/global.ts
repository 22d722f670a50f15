// Takes down the stories' servers when the last of them has been told.
import { closeTestbed } from "../testbed/index.ts";
import { allLanes } from "../testbed/lane.ts";
import { GROUND } from "./stage.ts";

export async function teardown(): Promise<void> {
  for (const { name } of allLanes(GROUND)) await closeTestbed(name);
}
