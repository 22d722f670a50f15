// The fake room keeps the promise of every room, else tests built on it would prove nothing.
import { isRoomId, isUserId, type EventId, type RoomId, type UserId } from "../../src/core/ids.ts";
import { describeChat, type Person, type Stage } from "../contract/chat.ts";
import { FakeChat } from "./chat.ts";

describeChat("in memory", { keepsWhileAway: true }, async (): Promise<Stage> => {
  const room = roomId("!fake:localhost");
  const [ana, bea] = [userId("@ana:localhost"), userId("@bea:localhost")];
  const chat = new FakeChat({
    self: userId("@moot:localhost"),
    rooms: [room],
    members: [ana, bea],
  });
  return {
    room,
    ana: personIn(chat, ana),
    bea: personIn(chat, bea),
    stranger: userId("@eve:localhost"),
    enter: async () => Object.assign(chat, { [Symbol.asyncDispose]: async () => undefined }),
    [Symbol.asyncDispose]: async () => undefined,
  };
});

function personIn(chat: FakeChat, user: UserId): Person {
  return {
    user,
    say: async (body: string) => chat.say(user, body),
    react: async (target: EventId, key: string) => chat.react(user, target, key),
    redact: async (target: EventId) => chat.redact(user, target),
    leave: async () => {
      chat.leave(user);
    },
    sees: async () => chat.seen(),
  };
}

function roomId(text: string): RoomId {
  if (!isRoomId(text)) throw new Error(`${text} is no room id`);
  return text;
}

function userId(text: string): UserId {
  if (!isUserId(text)) throw new Error(`${text} is no user id`);
  return text;
}
