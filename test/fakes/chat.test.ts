// The fake room keeps the promise of every room, else tests built on it would prove nothing.
import { isRoomId, isUserId, type EventId, type UserId } from "../../src/core/ids.ts";
import { describeChat, type Person, type Stage } from "../contract/chat.ts";
import { describeShowing } from "../contract/showing.ts";
import { describeTakingAway } from "../contract/taking-away.ts";
import { named } from "../named.ts";
import { FakeChat } from "./chat.ts";

async function raise(): Promise<Stage> {
  const room = named(isRoomId, "!fake:localhost");
  const [ana, bea] = [named(isUserId, "@ana:localhost"), named(isUserId, "@bea:localhost")];
  const chat = new FakeChat({
    self: named(isUserId, "@moot:localhost"),
    rooms: [room],
    members: [ana, bea],
  });
  return {
    room,
    ana: personIn(chat, ana),
    bea: personIn(chat, bea),
    stranger: named(isUserId, "@eve:localhost"),
    trust: async () => undefined,
    enter: async () => Object.assign(chat, { [Symbol.asyncDispose]: async () => undefined }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

describeChat("in memory", { keepsWhileAway: true }, raise);
describeTakingAway(true, raise);
describeShowing(true, raise);

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
