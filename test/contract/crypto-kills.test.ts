// A moot in an encrypted room is killed at random moments under load: nothing is lost, doubled or left unreadable.
import { afterAll, beforeAll, test } from "vitest";
import { killUnderLoad } from "./crypto-killing.ts";
import { CryptoMoot } from "./crypto-moot.ts";
import { CryptoStage } from "./crypto-stage.ts";
import { closeCast, openCast, type Cast } from "./matrix-stage.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openCast();
});

afterAll(closeCast);

test("five kills, and each command is answered once by the same device, readable for everybody", async () => {
  await using stage = await CryptoStage.raise(cast);
  await using whole = await CryptoMoot.prepare(stage);
  await killUnderLoad(stage, whole, 5);
});
