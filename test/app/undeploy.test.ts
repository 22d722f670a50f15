// An app is taken down, and what it has left is destroyed, only so and never more than its own.
import { expect, test, vi } from "vitest";
import { Refusal } from "../../src/core/errors.ts";
import { isStackName } from "../../src/core/ids.ts";
import { plainService } from "../fakes/composer.ts";
import { named } from "../named.ts";
import {
  ALPHA,
  ANA,
  DAN,
  ended,
  envText,
  openHamlet,
  settle,
  signal,
  STACK,
  VERSION,
  WIKI,
  type Hamlet,
} from "./hamlet.ts";

const SECRET = `${STACK}_db_password_v1`;
const VOLUME = `${STACK}_data`;

async function takenDown(hamlet: Hamlet): Promise<void> {
  await settle(hamlet);
  expect((await ended(hamlet, `!undeploy ${WIKI}`)).state).toBe("succeeded");
}

test("what is taken down is gone, but its volume, its secret and its env file with the version", async () => {
  await using hamlet = openHamlet();
  await settle(hamlet);
  const { plan, state } = await ended(hamlet, `!undeploy ${WIKI}`);
  expect(state).toBe("succeeded");
  expect(plan.tier).toBe("danger");
  expect(plan.steps.map(({ kind }) => kind)).toEqual(["remove-stack", "record-version"]);
  expect((await hamlet.host.inspect(STACK, signal)).live).toBeUndefined();
  expect([...hamlet.host.secrets.keys()]).toEqual([SECRET]);
  expect(await hamlet.host.volumes(STACK, signal)).toHaveLength(1);
  expect(await envText(hamlet)).toContain(`TYPE=wiki:${VERSION}`);
  const shown = await hamlet.desk.chat.waitFor("Is removed (its volumes stay): app and db.");
  expect(shown.body).toContain(`with version ${VERSION} pinned`);
  await hamlet.desk.chat.waitFor(`!remove ${WIKI} destroys what is left.`);
  hamlet.desk.chat.say(ANA, `!status ${WIKI}`);
  await hamlet.desk.chat.waitFor("recipe wiki, not deployed");
});

test("what was taken down comes back as it was", async () => {
  await using hamlet = openHamlet();
  await takenDown(hamlet);
  const { state, plan } = await ended(hamlet, `!deploy ${WIKI}`);
  expect(state).toBe("succeeded");
  expect(plan.version.to).toBe(VERSION);
  expect(plan.secretsToMake).toEqual([]);
});

test("what is not deployed cannot be taken down", async () => {
  await using hamlet = openHamlet();
  await takenDown(hamlet);
  hamlet.desk.chat.say(ANA, `!undeploy ${WIKI}`);
  const answer = await hamlet.desk.chat.waitFor("is not deployed.");
  expect(answer.body).toContain(`There is nothing to take down. !remove ${WIKI}`);
});

test("an app is not taken down on one person's word where two must agree", async () => {
  await using hamlet = openHamlet({ people: 2 });
  await settle(hamlet);
  const event = hamlet.desk.chat.say(ANA, `!undeploy ${WIKI}`);
  const prompt = await hamlet.desk.chat.waitFor("asks to take down");
  expect(prompt.body).toContain("app and db stop, and nobody can use it");
  expect(hamlet.desk.ledger.jobs.ofCommand(event)).toBeUndefined();
  hamlet.desk.chat.react(DAN, prompt.event, "👍");
  await vi.waitFor(
    () => expect(hamlet.desk.ledger.jobs.ofCommand(event)?.state).toBe("succeeded"),
    20_000,
  );
});

test("the stack of another app is not taken down, whatever the env file says", async () => {
  await using hamlet = openHamlet();
  await settle(hamlet);
  const env = `TYPE=wiki:${VERSION}\nDOMAIN=b.example.coop\nSTACK_NAME=${STACK}\n`;
  await hamlet.apps.write(hamlet.apps.pathOf("b.example.coop", ALPHA), env, undefined);
  hamlet.desk.chat.say(ANA, "!undeploy b.example.coop");
  await hamlet.desk.chat.waitFor(`The stack ${STACK} belongs to ${WIKI}`);
  expect((await hamlet.host.inspect(STACK, signal)).live).toBeDefined();
});

test("a deployed app is not removed", async () => {
  await using hamlet = openHamlet();
  await settle(hamlet);
  hamlet.desk.chat.say(ANA, `!remove ${WIKI}`);
  const answer = await hamlet.desk.chat.waitFor("Nothing was removed.");
  expect(answer.body).toContain(`The app ${WIKI} is deployed: app and db of it are on the server`);
  expect(answer.body).toContain(`Take it down first: !undeploy ${WIKI}.`);
  expect([...hamlet.host.secrets.keys()]).toEqual([SECRET]);
});

test("all that an app has left is named with its size, and then gone", async () => {
  await using hamlet = openHamlet();
  await takenDown(hamlet);
  const { plan, state } = await ended(hamlet, `!remove ${WIKI}`);
  expect(state).toBe("succeeded");
  expect(plan.losses).toMatchObject([
    { what: "volume", name: VOLUME, bytes: 4_096, node: "node" },
    { what: "secret", name: SECRET },
    { what: "env-file" },
  ]);
  expect([...hamlet.host.secrets.keys()]).toEqual([]);
  expect(await hamlet.host.volumes(STACK, signal)).toEqual([]);
  expect(await envText(hamlet)).toBeUndefined();
  const shown = await hamlet.desk.chat.waitFor("Destroyed for good");
  expect(shown.body).toContain("1 volume, 1 secret and 1 env file, 4.2 kB in all");
  expect(shown.body).toContain(`volume ${VOLUME} (4.1 kB, node)`);
  hamlet.desk.chat.say(ANA, `!status ${WIKI}`);
  await hamlet.desk.chat.waitFor(`There is no app ${WIKI}`);
});

test("what belongs to an app with a longer name stays", async () => {
  await using hamlet = openHamlet();
  const other = "wiki.example.coop.org";
  await settle(hamlet);
  await ended(hamlet, `!deploy wiki ${other}`);
  await ended(hamlet, `!undeploy ${other}`);
  expect((await ended(hamlet, `!undeploy ${WIKI}`)).state).toBe("succeeded");
  expect((await ended(hamlet, `!remove ${WIKI}`)).state).toBe("succeeded");
  expect([...hamlet.host.secrets.keys()]).toEqual([`${STACK}_org_db_password_v1`]);
  const left = await hamlet.host.volumes(named(isStackName, `${STACK}_org`), signal);
  expect(left.map(({ name }) => name)).toEqual([`${STACK}_org_data`]);
});

test("under a stack name set by hand, what could be another app's stays", async () => {
  await using hamlet = openHamlet();
  await settle(hamlet);
  const env = `TYPE=wiki:${VERSION}\nDOMAIN=b.example.coop\nSTACK_NAME=${STACK}_db\n`;
  await hamlet.apps.write(hamlet.apps.pathOf("b.example.coop", ALPHA), env, undefined);
  hamlet.desk.chat.say(ANA, "!remove b.example.coop");
  await hamlet.desk.chat.waitFor(`The stack ${STACK}_db belongs to ${STACK}`);
  expect([...hamlet.host.secrets.keys()]).toEqual([SECRET]);
});

test("a node that moot has no way to may hold a volume, so nothing is called done", async () => {
  await using hamlet = openHamlet();
  await takenDown(hamlet);
  const [node] = hamlet.host.nodes;
  if (node === undefined) throw new Error("the swarm has a node");
  hamlet.host.nodes = [node, { ...node, name: "far" }];
  hamlet.host.wayless.add("far");
  hamlet.desk.chat.say(ANA, `!remove ${WIKI}`);
  await hamlet.desk.chat.waitFor("far");
  expect([...hamlet.host.secrets.keys()]).toEqual([SECRET]);
  expect(await envText(hamlet)).toBeDefined();
});

test("a volume in use is told with its user, and nothing is lost", async () => {
  await using hamlet = openHamlet();
  await takenDown(hamlet);
  hamlet.host.removeVolumes = () =>
    Promise.reject(
      new Refusal({ kind: "in-use", what: "volume", name: VOLUME, by: ["nightly_backup"] }),
    );
  const { state, ending } = await ended(hamlet, `!remove ${WIKI}`);
  expect(state).toBe("failed");
  expect(ending?.problem?.text).toBe(
    `The volume ${VOLUME} is still used by nightly_backup, so it was not removed.`,
  );
  expect([...hamlet.host.secrets.keys()]).toEqual([SECRET]);
  expect(await envText(hamlet)).toBeDefined();
  await hamlet.desk.chat.waitFor(`mend what it names, then type !remove ${WIKI} again.`);
});

test("what was destroyed before it stopped is told, and a second time does the rest", async () => {
  await using hamlet = openHamlet();
  await takenDown(hamlet);
  const before = hamlet.host.removeSecrets.bind(hamlet.host);
  hamlet.host.removeSecrets = () =>
    Promise.reject(
      new Refusal({ kind: "in-use", what: "secret", name: SECRET, by: ["other_app"] }),
    );
  const { ending } = await ended(hamlet, `!remove ${WIKI}`);
  expect(ending?.problem?.text).toContain("still used by other_app");
  expect(ending?.problem?.text).toContain("Gone already, for good: 1 volume.");
  hamlet.host.removeSecrets = before;
  expect((await ended(hamlet, `!remove ${WIKI}`)).state).toBe("succeeded");
  expect(await envText(hamlet)).toBeUndefined();
});

test("an env file that somebody changed meanwhile stays", async () => {
  await using hamlet = openHamlet();
  await takenDown(hamlet);
  const remove = hamlet.host.removeSecrets.bind(hamlet.host);
  hamlet.host.removeSecrets = async (...args) => {
    const text = (await envText(hamlet)) ?? "";
    await hamlet.apps.write(hamlet.apps.pathOf(WIKI, ALPHA), `${text}# mine\n`, text);
    await remove(...args);
  };
  const { state } = await ended(hamlet, `!remove ${WIKI}`);
  expect(state).toBe("failed");
  expect(await envText(hamlet)).toContain("# mine");
});

test("a volume that appeared since the plan makes what was agreed to lapse", async () => {
  await using hamlet = openHamlet({ people: 2 });
  await settle(hamlet);
  await hamlet.host.removeStack(STACK, signal);
  const event = hamlet.desk.chat.say(ANA, `!remove ${WIKI}`);
  const prompt = await hamlet.desk.chat.waitFor("asks to remove for good");
  expect(prompt.body).toContain("1 volume, 1 secret and 1 env file");
  const more = { name: `${STACK}_uploads`, node: "node", bytes: 1 };
  hamlet.host.holdings.volumes = [...hamlet.host.holdings.volumes, more];
  hamlet.desk.chat.react(DAN, prompt.event, "👍");
  await hamlet.desk.chat.waitFor("2 volumes, 1 secret and 1 env file");
  await hamlet.desk.chat.waitFor("what would be destroyed is not the same any more");
  expect(hamlet.desk.ledger.jobs.ofCommand(event)).toBeUndefined();
  expect(hamlet.host.holdings.volumes).toHaveLength(2);
});

test("with a node down nobody knows what it holds, so nothing is removed", async () => {
  await using hamlet = openHamlet();
  await takenDown(hamlet);
  const down = { name: "worker", role: "worker", isUp: false, availability: "active" } as const;
  hamlet.host.nodes = [...hamlet.host.nodes, down];
  hamlet.desk.chat.say(ANA, `!remove ${WIKI}`);
  await hamlet.desk.chat.waitFor("The node worker of alpha.example.coop is down");
});

test("what came up while moot was stopped in the middle of taking it down is left alone", async () => {
  const first = openHamlet();
  await settle(first);
  const hang = Promise.withResolvers<undefined>();
  const remove = first.host.removeStack.bind(first.host);
  first.host.removeStack = async (stack, inner) => {
    await remove(stack, inner);
    hang.resolve(undefined);
    await new Promise((_, reject) => {
      inner.addEventListener("abort", () => reject(new Error("stopped")));
    });
  };
  const event = first.desk.chat.say(ANA, `!undeploy ${WIKI}`);
  await hang.promise;
  await first[Symbol.asyncDispose]();
  first.host.removeStack = remove;
  const services = [plainService("app", "registry.example/moot/app:1.0.0")];
  const state = { stack: STACK, services, configs: [] };
  await first.host.deploy(STACK, JSON.stringify(state), signal);
  await using second = openHamlet({ before: first });
  await vi.waitFor(
    () => expect(second.desk.ledger.jobs.ofCommand(event)?.state).toBe("interrupted"),
    20_000,
  );
  expect((await second.host.inspect(STACK, signal)).live).toBeDefined();
});
