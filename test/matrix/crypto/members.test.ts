// Who gets the keys of a room, by who may read what was said there before they came.
import { expect, test } from "vitest";
import { isRoomId } from "../../../src/core/ids.ts";
import { Members } from "../../../src/matrix/crypto/members.ts";
import { named } from "../../named.ts";

const ROOM = named(isRoomId, "!room:moot.test");
const never = new AbortController().signal;

function membersOf(state: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const members = new Members(async ({ path }) => {
    asked.push(path);
    const chunk = Object.entries(state).map(([state_key, membership]) => ({
      state_key,
      content: { membership },
    }));
    return { chunk };
  });
  return { members, asked };
}

test.each([
  ["joined", ["ana"]],
  ["invited", ["ana", "bea"]],
  ["shared", ["ana", "bea"]],
] as const)("where history is for the %s, %j get them", async (visibility, who) => {
  const { members } = membersOf({ ana: "join", bea: "invite", cem: "leave", dan: "ban" });
  expect(await members.of(ROOM, visibility, never)).toEqual(who);
});

test("the homeserver is asked once, and again when somebody came or left", async () => {
  const state: Record<string, string> = { ana: "join", bea: "join" };
  const { members, asked } = membersOf(state);
  for (let times = 0; times < 2; times += 1) await members.of(ROOM, "shared", never);
  expect(asked).toHaveLength(1);
  state["bea"] = "leave";
  members.forget(ROOM);
  expect(await members.of(ROOM, "shared", never)).toEqual(["ana"]);
});

test("who left while the answer was on its way is asked about again", async () => {
  const { members, asked } = membersOf({ ana: "join" });
  const first = members.of(ROOM, "shared", never);
  members.forget(ROOM);
  await first;
  await members.of(ROOM, "shared", never);
  expect(asked).toHaveLength(2);
});
