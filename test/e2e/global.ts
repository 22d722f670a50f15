// Takes down the stories' servers when the last of them has been told.
import { closeTestbed } from "../testbed/index.ts";
import { NAME } from "./stage.ts";

export async function teardown(): Promise<void> {
  await closeTestbed(NAME);
}
