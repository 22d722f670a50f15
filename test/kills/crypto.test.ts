// A moot in an encrypted room is killed thirty times at random moments under load: nothing is lost, doubled or left unreadable.
import { afterAll, beforeAll, test } from "vitest";
import { killUnderLoad } from "../contract/crypto-killing.ts";
import { CryptoMoot } from "../contract/crypto-moot.ts";
import { CryptoStage } from "../contract/crypto-stage.ts";
import { closeCast, openCast, type Cast } from "../contract/matrix-stage.ts";

const KILLS = 30;
/** Milliseconds: each life of moot begins with a start, which takes a minute on a machine with much else to do. */
const LONGEST = 2_700_000;

let cast: Cast;

beforeAll(async () => {
  cast = await openCast();
});

afterAll(closeCast);

test(
  "thirty kills, and each command is answered once by the same device, readable for everybody",
  { timeout: LONGEST },
  async () => {
    await using stage = await CryptoStage.raise(cast);
    await using whole = await CryptoMoot.prepare(stage);
    await killUnderLoad(stage, whole, KILLS);
  },
);
