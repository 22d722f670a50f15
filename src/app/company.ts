// Who could say yes or no to something at this moment: by the role table, by being in the room, and by not being away.
import type { Approval } from "../core/approval.ts";
import { isAppName, type RoomId, type UserId } from "../core/ids.ts";
import { mayGrantOn } from "../core/keepers.ts";
import type { Scope } from "../core/plan.ts";
import { may, scopeIn, type Permission, type RoleTable } from "../core/roles.ts";
import { chatOf, type World } from "./world.ts";

/** What a word is said about. */
export type Subject = Pick<Approval, "proposal" | "permission" | "room" | "server" | "app">;

/** Who is in the room now, of the people asked about; asked of the homeserver, never remembered. */
export async function joinedOf(
  world: World,
  room: RoomId,
  people: Iterable<UserId>,
  signal: AbortSignal,
): Promise<ReadonlySet<UserId>> {
  const chat = chatOf(world, room);
  const looks = [...new Set(people)].map(
    async (user) => [user, await chat.isJoined(room, user, signal)] as const,
  );
  const looked = await Promise.all(looks);
  return new Set(looked.filter(([, isJoined]) => isJoined).map(([user]) => user));
}

/** Whether the table lets them decide this: both `approve` and the right to what is decided (design, Trust). */
export function mayDecide(world: World, subject: Subject, user: UserId): boolean {
  const table = world.table();
  const isEntitled = [subject.permission, "approve" as const].every((right) =>
    covers(table, subject, user, right),
  );
  return isEntitled && reaches(table, subject, user);
}

/** Whether who asked could still ask for it. */
export function mayAsk(
  world: World,
  asked: Subject & Pick<Approval, "by" | "isApprentice">,
): boolean {
  const right = asked.isApprentice ? "apprentice" : asked.permission;
  return covers(world.table(), asked, asked.by, right);
}

/** The right to all that is touched: the app, and every address that its env makes it answer at. */
function covers(table: RoleTable, subject: Subject, user: UserId, permission: Permission): boolean {
  const { room, proposal } = subject;
  if (may(table, { user, room, permission, ...whereOf(subject) }).kind === "denied") return false;
  if (proposal.kind !== "plan") return true;
  const { scope } = proposal.plan;
  const { from: server, app } = scope;
  const isElsewhere = server !== undefined;
  if (isElsewhere && may(table, { user, room, permission, server, app }).kind === "denied")
    return false;
  return strangeHosts(scope).every(
    (host) =>
      isAppName(host) &&
      may(table, { user, room, permission, server: scope.server, app: host }).kind === "allowed",
  );
}

/** As the role table asks for it: what is absent means "any at all". */
export function whereOf({
  server,
  app,
}: Pick<Approval, "server" | "app">): Pick<Approval, "server" | "app"> {
  return { ...(server !== undefined && { server }), ...(app !== undefined && { app }) };
}

/** Addresses that are not the app's own. */
export function strangeHosts({ hosts, app }: Scope): readonly string[] {
  return hosts.filter((host) => host !== app && !host.endsWith(`.${app}`));
}

/** Nobody helps to give more than they could give themselves, or says who they are. */
function reaches(table: RoleTable, { proposal, room }: Subject, user: UserId): boolean {
  if (proposal.kind === "identity") return proposal.user !== user;
  if (proposal.kind !== "grant") return true;
  const { on } = proposal;
  return mayGrantOn(table, { user, room }, on === undefined ? undefined : scopeIn(table, on));
}

/** All members whom the table lets decide it, in its order. */
export function deciders(world: World, subject: Subject): readonly UserId[] {
  return [...world.table().members.keys()].filter((user) => mayDecide(world, subject, user));
}

/** Who said that they are away: they are not asked, and not waited for. */
export function awayNow({ ledger, clock }: World): ReadonlySet<UserId> {
  return new Set(ledger.absences.standing(clock.now()).map(({ user }) => user));
}
