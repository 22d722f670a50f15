// Servers come and go by the room's word, with a key of moot's that nobody ever sees.
import { expect, test, vi } from "vitest";
import { Refusal } from "../../src/core/errors.ts";
import { isStackName, type StackName } from "../../src/core/ids.ts";
import { plainService } from "../fakes/composer.ts";
import { named } from "../named.ts";
import {
  agreeTo,
  ALPHA,
  ANA,
  asked,
  BEA,
  BETA,
  BETA_HOST,
  DAN,
  everySpokenWord,
  openHarbour,
  type Harbour,
} from "./harbour.ts";

const ADD = `!servers add ${BETA} deploy@${BETA_HOST}`;
const ENV = "TYPE=wiki:1.0.0+1.0.0\nDOMAIN=wiki.example.coop\n";

test("a server is added by two people, with its fingerprint shown, and is usable at once", async () => {
  await using harbour = openHarbour();
  const { chat, desk } = harbour;
  const approval = await asked(harbour, chat.say(ANA, ADD));
  const prompt = await chat.waitFor(
    `asks to add the server ${BETA}, reached at deploy@${BETA_HOST}`,
  );
  expect(prompt.body).toContain(`SHA256:shown-by-${BETA_HOST}`);
  expect(prompt.body).toContain("ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub");
  expect(prompt.body).toContain("~deploy/.ssh/authorized_keys");
  expect(prompt.body).toContain(`ssh-ed25519 AAAApublic1 moot-for-${BETA}`);
  expect(prompt.body).toContain("usermod -aG docker deploy");
  expect(desk.world.hosts.servers).toEqual([ALPHA]);
  chat.say(BEA, `!approve a${approval.id}`);
  await chat.waitFor(`${BETA} is reached: engine fake`);
  expect(desk.world.hosts.servers).toEqual([ALPHA, BETA]);
  chat.say(DAN, "!servers");
  expect((await chat.waitFor("free disk")).body).toContain(BETA);
  expect(desk.ledger.audit.recent(50)).toContainEqual(
    expect.objectContaining({ what: "server", on: BETA, who: ANA }),
  );
});

test("no private key is in a proposal, a message, the audit or the log", async () => {
  await using harbour = openHarbour();
  await agreeTo(harbour, ADD);
  await harbour.chat.waitFor(`${BETA} is reached`);
  expect(harbour.doors.made).toEqual([`private-half-1-of-${BETA}`]);
  const [added] = harbour.desk.ledger.servers.standing();
  const pair = harbour.desk.ledger.servers.keyPair(added?.publicKey ?? "");
  expect(pair?.privateKey).toBe(`private-half-1-of-${BETA}`);
  const words = everySpokenWord(harbour);
  expect(words).toContain("AAAApublic1");
  expect(words).not.toContain("private-half");
});

test("the same server asked for again has the same key, another one its own", async () => {
  await using harbour = openHarbour();
  const { chat, doors } = harbour;
  await asked(harbour, chat.say(ANA, ADD));
  await asked(harbour, chat.say(ANA, ADD));
  expect(doors.made).toHaveLength(1);
  await asked(harbour, chat.say(ANA, `!servers add gamma.example.coop deploy@${BETA_HOST}`));
  expect(doors.made).toHaveLength(2);
});

test("where one person is enough, it must be somebody who has seen the fingerprint", async () => {
  const danger = { people: 1, requesterCounts: true, isStrong: false, expires: 3_600_000 };
  await using harbour = openHarbour({ policy: { danger } });
  const { chat, desk } = harbour;
  const approval = await asked(harbour, chat.say(ANA, ADD));
  expect(approval.votes).toEqual([]);
  expect(desk.ledger.servers.standing()).toEqual([]);
  chat.say(ANA, `!approve a${approval.id}`);
  await chat.waitFor(`${BETA} is reached`);
});

test.each([
  ["no address", `!servers add ${BETA} ${BETA_HOST}`, "an SSH address is user@host"],
  ["a port out of range", `!servers add ${BETA} a@b:99999`, "an SSH address is user@host"],
  ["an option for ssh", `!servers add ${BETA} -oProxyCommand=x@b`, "an SSH address is user@host"],
  ["a name that is none", `!servers add ../beta deploy@${BETA_HOST}`, "NAME is the server's name"],
  ["a name of the config", `!servers add ${ALPHA} deploy@${BETA_HOST}`, "There is a server"],
  ["no answer", `!servers add ${BETA} deploy@192.0.2.99`, "cannot be reached: 192.0.2.99:22"],
  ["a jump that is no address", `${ADD} --jump nowhere`, "an SSH address is user@host"],
  ["a jump without add", "!servers --jump a@b", "--jump belongs to add"],
  ["a word missing", `!servers add ${BETA}`, "a word is missing"],
  ["a word too many", `!servers remove ${BETA} now`, "too many words"],
  ["another word", "!servers sell", "add, remove or prune"],
  ["removing what is not there", `!servers remove ${BETA}`, `There is no server ${BETA}`],
  ["removing what the config names", `!servers remove ${ALPHA}`, "stands in moot's config"],
  ["tidying what is not there", `!servers prune ${BETA}`, `There is no server ${BETA}`],
])("%s is refused with words", async (_what, typed, words) => {
  await using harbour = openHarbour();
  harbour.chat.say(ANA, typed);
  await harbour.chat.waitFor(words);
  expect(harbour.desk.ledger.approvals.standing()).toEqual([]);
  expect(harbour.desk.ledger.servers.standing()).toEqual([]);
});

test.each([
  "add beta.example.coop a@192.0.2.7",
  "remove x.example.coop",
  "prune alpha.example.coop",
])("who may look may not !servers %s, and nothing is touched", async (form) => {
  await using harbour = openHarbour();
  harbour.chat.say(DAN, `!servers ${form}`);
  const answer = await harbour.chat.waitFor("You may not");
  expect(answer.body).toContain("!servers.edit");
  expect(answer.body).toContain(ANA);
  expect(harbour.doors.made).toEqual([]);
  expect(harbour.desk.ledger.approvals.standing()).toEqual([]);
});

test("who may edit other servers only is refused before anything is asked of the address", async () => {
  await using harbour = openHarbour({ keeperOn: ["alpha.*"] });
  harbour.chat.say(ANA, ADD);
  await harbour.chat.waitFor(`You may not !servers.edit on ${BETA}`);
  expect(harbour.doors.made).toEqual([]);
});

test("a server is there once, whoever asked first", async () => {
  await using harbour = openHarbour();
  const { chat } = harbour;
  const second = await asked(harbour, chat.say(BEA, ADD));
  await agreeTo(harbour, ADD);
  chat.say(ANA, `!approve a${second.id}`);
  await chat.waitFor("It lapsed: There is a server");
  expect(harbour.desk.ledger.servers.standing()).toHaveLength(1);
});

async function added(harbour: Harbour): Promise<void> {
  await agreeTo(harbour, ADD);
  await vi.waitFor(() => {
    expect(harbour.desk.world.hosts.servers).toContain(BETA);
  });
}

test("a server is forgotten with moot's key, and may be added anew with another", async () => {
  await using harbour = openHarbour();
  await added(harbour);
  const [before] = harbour.desk.ledger.servers.standing();
  const ended = await agreeTo(harbour, `!servers remove ${BETA}`);
  expect(ended.state).toBe("approved");
  await vi.waitFor(() => {
    expect(harbour.desk.world.hosts.servers).toEqual([ALPHA]);
  });
  expect(harbour.desk.ledger.servers.keyPair(before?.publicKey ?? "")).toBeUndefined();
  await added(harbour);
  expect(harbour.doors.made).toHaveLength(2);
});

test("a server with apps is not forgotten, neither when asked nor when agreed", async () => {
  await using harbour = openHarbour();
  const { chat, apps } = harbour;
  await added(harbour);
  const approval = await asked(harbour, chat.say(ANA, `!servers remove ${BETA}`));
  await apps.write(apps.pathOf("wiki.example.coop", BETA), ENV, undefined);
  chat.say(ANA, `!servers remove ${BETA}`);
  await chat.waitFor(`The server ${BETA} still has apps: wiki.example.coop`);
  chat.say(BEA, `!approve a${approval.id}`);
  await chat.waitFor("It lapsed: The server");
  expect(harbour.desk.ledger.servers.standing()).toHaveLength(1);
});

test("the first look tells what is missing, and that the server lets nobody in", async () => {
  await using harbour = openHarbour();
  const { chat, beta } = harbour;
  beta.networks.delete("proxy");
  await agreeTo(harbour, ADD);
  await chat.waitFor("It has no network proxy");
  await agreeTo(harbour, `!servers remove ${BETA}`);
  const problem = `beta does not let moot's key in as deploy.`;
  beta.unreachable = new Refusal({ kind: "server-unreachable", server: BETA, problem });
  await agreeTo(harbour, ADD);
  await chat.waitFor(`${BETA} is added, but moot cannot reach it yet: ${problem}`);
});

test("one that is no swarm manager is told so at the first look", async () => {
  await using harbour = openHarbour();
  const { chat, beta } = harbour;
  const survey = await beta.survey(new AbortController().signal);
  beta.survey = async () => ({ ...survey, swarm: "none", nodes: [] });
  await agreeTo(harbour, ADD);
  await chat.waitFor("It is in no swarm: run there docker swarm init");
});

test("what was added is there after a restart, and a look that was not taken is taken then", async () => {
  const first = openHarbour();
  await added(first);
  await first.chat.waitFor(`${BETA} is reached`);
  first.desk.ledger.errands.queue(
    {
      server: BETA,
      room: first.chat.rooms[0],
      command: first.chat.say(DAN, "hm"),
      by: ANA,
      work: { kind: "look" },
    },
    first.time.now,
  );
  await first[Symbol.asyncDispose]();
  await using second = openHarbour({ before: first });
  await vi.waitFor(() => {
    expect(second.desk.world.hosts.servers).toEqual([ALPHA, BETA]);
    const looks = second.chat.seen().filter(({ body }) => body.includes(`${BETA} is reached`));
    expect(looks).toHaveLength(2);
  });
});

test("certificates are read where Traefik runs, of the apps that who asks may see", async () => {
  await using harbour = openHarbour();
  const { chat, alpha, apps, time } = harbour;
  const wiki = named(isStackName, "wiki_example_coop");
  const rule = { "traefik.http.routers.app.rule": "Host(`wiki.example.coop`)" };
  const strange = { "traefik.http.routers.app.rule": "Host(`strange.example.coop`)" };
  const write = async (stack: StackName, image: string, labels = {}): Promise<void> => {
    const state = { stack, services: [plainService("app", image, { labels })], configs: [] };
    await alpha.deploy(stack, JSON.stringify(state), new AbortController().signal);
  };
  await apps.write(apps.pathOf("wiki.example.coop", ALPHA), ENV, undefined);
  await write(wiki, "wiki:1", rule);
  await write(named(isStackName, "strange"), "x:1", strange);
  const until = time.now + 3 * 24 * 3_600_000;
  alpha.certificates.set("wiki.example.coop", { until, isForDomain: true });
  chat.say(DAN, "!servers");
  expect((await chat.waitFor("free disk")).body).not.toContain("Certificates");
  await write(named(isStackName, "proxy"), "registry.example/traefik:v3");
  chat.say(DAN, "!servers");
  const said = await chat.waitFor("Certificates");
  expect(said.body).toContain("that of wiki.example.coop ends 2026-11-28 12:00 UTC");
  expect(said.body).not.toContain("strange");
});
