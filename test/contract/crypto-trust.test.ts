// Whose words count in an encrypted room: those of verified devices, of an identity that moot knows or people agreed to.
import { afterAll, beforeAll, expect, test } from "vitest";
import { acceptIdentity, newIdentity } from "../../src/core/identities.ts";
import { isUserId } from "../../src/core/ids.ts";
import { named } from "../named.ts";
import { crossSign } from "../testbed/nio/cross-signing.ts";
import { untilTrue } from "../testbed/wait.ts";
import { never, note } from "./chat.ts";
import { Listener } from "./listener.ts";
import { CryptoStage } from "./crypto-stage.ts";
import { closeCast, openCast, PASSWORD, type Cast } from "./matrix-stage.ts";

let cast: Cast;

beforeAll(async () => {
  cast = await openCast();
});

afterAll(closeCast);

test("an unsigned device is not obeyed and told so once it asks, then obeyed once it is signed", async () => {
  await using stage = await CryptoStage.raise(cast, { isSigned: false });
  using chat = await stage.enter();
  const { room, cem, clear } = stage;
  const listener = new Listener(chat);
  await cem.say(room, "chatter");
  await cem.say(room, "!deploy hello a.b");
  await cem.seesOne(room, "the refusal", ({ content }) =>
    Boolean(content?.body?.includes("I run this from no device that is not verified")),
  );
  const notices = (await cem.sees(room)).filter(
    ({ sender, type }) => sender === stage.bot && type === "m.room.message",
  );
  expect(notices).toHaveLength(1);
  await crossSign(clear, { password: PASSWORD, devices: [cem.device] });
  await cem.say(room, "!help");
  await listener.hears(1);
  expect(listener.bodies).toEqual(["!help"]);
  await listener.stop();
});

test("an unsigned device is obeyed where all devices are", async () => {
  await using stage = await CryptoStage.raise(cast, { isSigned: false });
  using chat = await stage.enter({ devices: "any" });
  const listener = new Listener(chat);
  await stage.cem.say(stage.room, "!help");
  await listener.hears(1);
  await listener.stop();
});

test("after a new identity neither words nor reactions count until people have agreed to it", async () => {
  await using stage = await CryptoStage.raise(cast);
  using chat = await stage.enter();
  const { room, cem, clear, facts } = stage;
  const user = named(isUserId, cem.user);
  const listener = new Listener(chat);
  const prompt = await chat.send(note(room, "agree?"), "prompt", never);
  await cem.say(room, "!help");
  await clear.react(room, prompt, "👍");
  await listener.hears(2);
  const master = await crossSign(clear, { password: PASSWORD, devices: [cem.device] });
  await cem.say(room, "!deploy hello a.b");
  await cem.seesOne(room, "the refusal", ({ content }) =>
    Boolean(content?.body?.includes(`!trust ${cem.user}`)),
  );
  await clear.react(room, prompt, "👎");
  await untilTrue(
    "the reaction to be refused",
    30,
    () =>
      JSON.stringify(stage.kept.text()).includes("nobody has agreed to the new one") &&
      stage.kept.text().split("an encrypted event is not heard").length > 2,
  );
  expect(newIdentity(facts, user)).toBe(master);
  expect(listener.got).toHaveLength(2);
  acceptIdentity(facts, user, master);
  await cem.say(room, "!whoami");
  await listener.hears(3);
  expect(listener.got.at(-1)).toMatchObject({ body: "!whoami", sender: cem.user });
  await listener.stop();
});
