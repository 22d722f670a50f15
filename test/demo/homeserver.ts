// The demo's homeserver: Synapse with the four members and a room, and what one needs to join in with a client.
import { TEAM, type HouseOptions } from "../e2e/house.ts";
import { Member } from "../e2e/member.ts";
import { openSynapse } from "../testbed/index.ts";
import { NAME } from "./ground.ts";

const PASSWORD = "moot-demo-password";
const PORT = 28008;
const ROOM = "ops";

/** Idempotent: accounts and room of a former demo are used again. */
export async function openHomeserver(
  say: (line: string) => void,
): Promise<NonNullable<HouseOptions["matrix"]>> {
  const synapse = await openSynapse({ name: NAME, port: PORT, say });
  const moot = await synapse.register("moot", PASSWORD);
  const accounts = await Promise.all(
    Object.keys(TEAM).map((name) => synapse.register(name, PASSWORD)),
  );
  const members = accounts.map((account) => new Member({ url: synapse.url, ...account }));
  const room = `#${ROOM}:${synapse.serverName}`;
  await openRoom(room, members, moot.userId);
  return { url: synapse.url, password: PASSWORD, room };
}

export function invitation({ url, room }: NonNullable<HouseOptions["matrix"]>): string {
  return `
Open Element or any other Matrix client on this machine:

  homeserver   ${url}
  room         ${room}
  log in as    ${Object.keys(TEAM).join(", ")}
  password     ${PASSWORD}
`;
}

async function openRoom(alias: string, members: readonly Member[], moot: string): Promise<void> {
  const [first, ...others] = members;
  if (first === undefined) throw new Error("the team has no member");
  const invited = [moot, ...others.map(({ userId }) => userId)];
  const room = (await first.roomOf(alias)) ?? (await first.createRoom(ROOM, invited));
  for (const member of others) await member.join(room);
}
