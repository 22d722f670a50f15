// A secret's value comes from a file on moot's own machine, and nobody else ever sees it.
import { existsSync } from "node:fs";
import { mkdtemp, rename, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { Job } from "../../src/core/job.ts";
import { openInserts } from "../../storage/inserts.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { ANA, DAN } from "./desk.ts";
import { answered, ENV, openVillage, STACK, told, WIKI, type Village } from "./village.ts";

const NAME = `${STACK}_smtp_password_v1`;
const BY_HAND = `${ENV}SECRET_SMTP_PASSWORD_VERSION=v1 # generate=false\n`;
const VALUE = "correct horse battery staple";

interface Hatch extends AsyncDisposable {
  readonly village: Village;
  readonly path: string;
  readonly folder: string;
}

async function openHatch({ isFast = false } = {}): Promise<Hatch> {
  const folder = join(await mkdtemp(join(tmpdir(), "moot-hatch-")), "inserts");
  const clock = isFast ? makeFastClock() : systemClock;
  const inserts = openInserts(folder, makeFastClock());
  const village = await openVillage({
    env: BY_HAND,
    app: ["smtp_password"],
    world: { inserts, clock },
  });
  return {
    village,
    folder,
    path: inserts.pathOf(NAME),
    [Symbol.asyncDispose]: () => village[Symbol.asyncDispose](),
  };
}

/** Asks, lets dan agree, and waits until moot says where the value goes. */
async function opened({ village: { desk } }: Hatch, more = ""): Promise<void> {
  desk.chat.say(ANA, `!secrets ${WIKI} insert smtp_password ${more}`.trim());
  await desk.chat.waitFor("asks to insert a secret of");
  desk.chat.say(DAN, "!approve a1");
  await desk.chat.waitFor("moot waits for the value");
}

async function put({ path }: Hatch, value: string): Promise<void> {
  await vi.waitFor(() => writeFile(`${path}.new`, value), 10_000);
  await rename(`${path}.new`, path);
}

function ended({ village: { desk } }: Hatch): Promise<Job> {
  return vi.waitFor(() => {
    const [job] = desk.ledger.jobs.recent(1);
    if (job?.ending === undefined) throw new Error("it has not ended");
    return job;
  }, 20_000);
}

/** Everything that moot keeps and says. */
function everything({ village: { desk } }: Hatch): string {
  const { jobs, audit, approvals } = desk.ledger;
  return JSON.stringify([
    jobs.recent(9),
    jobs.recent(9).map(({ id }) => jobs.journal(id)),
    audit.recent(99),
    approvals.standing(),
    desk.chat.said,
    desk.log.text(),
  ]);
}

test("the value goes to the swarm, its file is gone, and nothing that moot keeps or says holds it", async () => {
  await using hatch = await openHatch();
  await opened(hatch);
  expect(told(hatch.village)).toContain(`install -m 600 /dev/stdin ${hatch.path}`);
  await put(hatch, `${VALUE}\n`);
  const { state, plan } = await ended(hatch);
  expect(state).toBe("succeeded");
  expect(plan.tier).toBe("danger");
  expect([...hatch.village.host.secrets]).toEqual([[NAME, `${VALUE}\n`]]);
  expect(existsSync(hatch.path)).toBe(false);
  await hatch.village.desk.chat.waitFor(`${NAME} is inserted`);
  expect(told(hatch.village)).toContain("It ends with a line break, which was kept");
  expect(everything(hatch)).not.toContain(VALUE);
});

test("--trim cuts one line break off the end", async () => {
  await using hatch = await openHatch();
  await opened(hatch, "--trim");
  await put(hatch, `${VALUE}\n\r\n`);
  await ended(hatch);
  expect([...hatch.village.host.secrets]).toEqual([[NAME, `${VALUE}\n`]]);
});

test("what is there already needs another version", async () => {
  await using hatch = await openHatch();
  hatch.village.host.holdings.createSecret(NAME, "theirs");
  const typed = `!secrets ${WIKI} insert smtp_password`;
  const body = await answered(hatch.village, typed, "is on the server already");
  expect(body).toContain(`!secrets ${WIKI} insert smtp_password_v2`);
  expect(body).toContain(`!config ${WIKI} SECRET_SMTP_PASSWORD_VERSION=v2`);
});

test("a name of more than 64 characters is refused before anybody is asked", async () => {
  await using hatch = await openHatch();
  const typed = `!secrets ${WIKI} insert smtp_password_v${"1".repeat(40)}`;
  await answered(hatch.village, typed, "and swarm takes 64");
});

test.each(["v1/../../moot.db", "v1;id>x", "..", "v1/.."])(
  "a version %s in the env file asks for no value",
  async (version) => {
    await using village = await openVillage({
      env: BY_HAND.replace("SMTP_PASSWORD_VERSION=v1", `SMTP_PASSWORD_VERSION=${version}`),
      app: ["smtp_password"],
    });
    const typed = `!secrets ${WIKI} insert smtp_password`;
    await answered(village, typed, "has characters that swarm takes in no name");
    await answered(village, `!deploy ${WIKI}`, "has characters that swarm takes in no name");
    expect(village.desk.ledger.approvals.standing()).toEqual([]);
  },
);

test("a file that is a link ends it, and the link is gone", async () => {
  await using hatch = await openHatch();
  await opened(hatch);
  await vi.waitFor(() => symlink("/etc/hostname", hatch.path), 10_000);
  const { state, ending } = await ended(hatch);
  expect(state).toBe("failed");
  expect(ending?.problem?.text).toContain("it is a link, and moot follows none");
  await hatch.village.desk.chat.waitFor("it is a link");
  expect(existsSync(hatch.path)).toBe(false);
  expect(hatch.village.host.secrets.size).toBe(0);
});

test("after half an hour it is over", async () => {
  await using hatch = await openHatch({ isFast: true });
  await opened(hatch);
  const { state, ending } = await ended(hatch);
  expect(state).toBe("failed");
  expect(ending?.problem?.text).toContain("nobody put the value there in time");
}, 40_000);

test("it can be cancelled, and a file that came too late is not left lying", async () => {
  await using hatch = await openHatch();
  await opened(hatch);
  hatch.village.desk.chat.say(DAN, "!cancel 1");
  const { state } = await ended(hatch);
  expect(state).toBe("cancelled");
  expect(hatch.village.host.secrets.size).toBe(0);
});

test("moot may be stopped meanwhile: its next life takes the file", async () => {
  const first = await openHatch();
  const { file } = first.village.desk;
  await opened(first);
  await first[Symbol.asyncDispose]();
  await put(first, VALUE);
  const inserts = openInserts(first.folder, makeFastClock());
  await using second = await openVillage({
    env: BY_HAND,
    app: ["smtp_password"],
    file,
    world: { inserts },
  });
  await vi.waitFor(() => {
    expect(second.desk.ledger.jobs.get(1)?.state).toBe("succeeded");
  }, 20_000);
  expect([...second.host.secrets]).toEqual([[NAME, VALUE]]);
  expect(existsSync(first.path)).toBe(false);
});

test("a life that was stopped after it made the secret asks nobody again", async () => {
  const first = await openHatch();
  const { file } = first.village.desk;
  await opened(first);
  await first[Symbol.asyncDispose]();
  await put(first, VALUE);
  const inserts = openInserts(first.folder, makeFastClock());
  const secrets = { [NAME]: "made by the former life" };
  const app = ["smtp_password"];
  await using second = await openVillage({ env: BY_HAND, app, file, secrets, world: { inserts } });
  await vi.waitFor(() => {
    expect(second.desk.ledger.jobs.get(1)?.state).toBe("succeeded");
  }, 20_000);
  expect([...second.host.secrets]).toEqual(Object.entries(secrets));
  expect(existsSync(first.path)).toBe(false);
});
