// !restore --server refuses what would make two of one app, overwrite another's, or could not be whole, each with what to type instead.
import { expect, test } from "vitest";
import { backedUp, BETA, lost } from "./lost-host.ts";
import { ALPHA, answered, DAN, DATA, ended, failing, put, SECRET, WIKI } from "./strongroom.ts";
import { openTwo } from "./two-servers.ts";

const COMMAND = `!restore ${WIKI} --server ${BETA}`;

test("while it runs where it is", async () => {
  await using place = await backedUp();
  const body = await answered(place.room, COMMAND, "is not lost: alpha.example.coop answers");
  expect(body).toContain(`!move ${WIKI} ${BETA}`);
  expect(body).toContain("Nothing was changed.");
});

test("for a server that there is not, and for the one that it is on", async () => {
  await using place = await lost();
  await answered(place.room, `!restore ${WIKI} --server gamma.example.coop`, "There is no server");
  const body = await answered(place.room, `!restore ${WIKI} --server ${ALPHA}`, "is on alpha");
  expect(body).toContain("leave --server out");
});

test("where its repository was a folder of the lost server", async () => {
  await using place = await lost({ isApart: true });
  const body = await answered(place.room, COMMAND, "are in a folder of alpha.example.coop itself");
  expect(body).toContain("which beta.example.coop cannot reach");
  expect(body).toContain(`!backups ${WIKI}`);
});

test("where the repository itself cannot be used", async () => {
  await using place = await lost();
  place.room.vault.isMade = false;
  await answered(place.room, COMMAND, "there is no repository of backups");
});

test("where no backup counts, or the one that was named", async () => {
  await using place = await backedUp();
  const { room } = place;
  put(room, DATA, "backup.sql", 0);
  await ended(room, `!backup ${WIKI}`);
  await ended(room, `!undeploy ${WIKI} --no-backup`);
  const bad = `!restore ${WIKI} 00000002 --server ${BETA}`;
  await answered(place.room, bad, "does not count as a backup");
  await answered(place.room, `!restore ${WIKI} beef --server ${BETA}`, "has no snapshot beef");
  const { state } = await ended(room, `${bad} --anyway`);
  expect(state).toBe("succeeded");
});

test("where something of its names is on the other server", async () => {
  await using place = await lost();
  const { beta } = place;
  beta.secrets.set(SECRET, "somebody's");
  beta.holdings.hold(DATA, "node");
  const body = await answered(place.room, COMMAND, `The secret ${SECRET} is there already`);
  expect(body).toContain(`The volume ${DATA} is there already`);
  expect(beta.secrets.get(SECRET)).toBe("somebody's");
});

test("where another app has its domain by now", async () => {
  const rule = { "traefik.http.routers.wiki.rule": `Host(\`${WIKI}\`)` };
  await using place = await lost({ labels: { "backupbot.backup": "true", ...rule } });
  const { apps } = place.room;
  const path = apps.pathOf("blog.example.coop", BETA);
  await apps.write(path, `TYPE=blog\nDOMAIN=${WIKI}\n`, undefined);
  await answered(place.room, COMMAND, "belongs to blog.example.coop");
});

test("where the other server has no room for it", async () => {
  await using place = await lost();
  place.beta.disk = { free: 1_000_000_100, total: 40_000_000_000 };
  const body = await answered(place.room, COMMAND, "of the disk of beta.example.coop");
  expect(body).toContain("!servers");
});

test("says so where the other server has no repository, and how to go on", async () => {
  await using place = await lost({ hasRepository: false });
  const { room, beta } = place;
  beta.program = failing;
  expect((await ended(room, COMMAND)).state).toBe("failed");
  await room.desk.chat.waitFor("No repository for backups is configured for beta.example.coop");
  const { body } = await room.desk.chat.waitFor("as far as it came");
  expect(body).toContain(`!restore ${WIKI} 00000001 --no-backup`);
  beta.program = async () => ({ exitCode: 0, output: "" });
  await answered(
    place.room,
    `!restore ${WIKI} 00000001`,
    "No repository for backups is configured",
  );
  expect((await ended(room, `!restore ${WIKI} 00000001 --no-backup`)).state).toBe("succeeded");
});

test("by somebody who may not restore on the other server", async () => {
  await using two = await openTwo();
  two.desk.chat.say(DAN, COMMAND);
  await two.desk.chat.waitFor("There is no server beta.example.coop");
  expect(two.desk.ledger.jobs.recent(9)).toHaveLength(1);
});
