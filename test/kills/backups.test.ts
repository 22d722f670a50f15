// moot is killed at each step of a backup, a restore and a drill, and of the ways out of them, a kill a step in one job after
// another: the app runs whole at its end, its content is right, and nothing is left over. A step is over when it dies, and the
// journal does not know; deaths before each step too, where nothing differs but the place, are those of `test/app/*-kills.test.ts`.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Step } from "../../src/core/step.ts";
import { openServers } from "../e2e/stage.ts";
import type { Testbed } from "../testbed/index.ts";
import { Bed, everything, REPOSITORIES } from "./backups-bed.ts";
import { killThrough, live, type Act } from "./life-story.ts";
import { around, OCCURS_IN_BACKUPS } from "./occurs.ts";

/** Each has some twenty lives. */
const LONG = { timeout: 15 * 60_000 };

type Kind = Step["kind"];

/** As a wiki has them; what follows a `turn-back` is the way out. */
const STEPS = {
  backup: [
    "settle",
    "run-hook",
    "pause-service",
    "save",
    "resume-service",
    "run-hook",
    "judge-backup",
  ],
  "way out of a backup": ["resume-service", "run-hook", "abandon-save"],
  restore: [
    "pause-service",
    "pause-service",
    "save",
    "judge-backup",
    "restore-volumes",
    "resume-service",
    "run-hook",
    "resume-service",
    "watch",
  ],
  "way out of a restore": ["abandon-save", "undo-restore", "resume-service", "resume-service"],
  drill: [
    "pull",
    "pull",
    "set-up-scratch",
    "restore-volumes",
    "run-scratch",
    "watch",
    "restore-volumes",
    "run-hook",
    "run-scratch",
    "watch",
    "prove",
    "take-down-scratch",
  ],
  "way out of a drill": ["take-down-scratch"],
} as const satisfies Readonly<Record<string, readonly Kind[]>>;

let testbed: Testbed;
let before: readonly string[];

beforeAll(async () => {
  testbed = await openServers();
  await wipe();
  before = await others();
});

afterAll(async () => {
  await wipe();
});

test("each kind of step of a backup, a restore and a drill occurs in one of them", () => {
  for (const [kind, act] of Object.entries(OCCURS_IN_BACKUPS)) {
    if (act !== "restore beside") expect(STEPS[act]).toContain(kind);
  }
});

test.concurrent("a backup", LONG, async () => {
  await using bed = await Bed.open(testbed, "backup");
  const { parlour, wiki, app } = bed;
  const typed = `!backup ${app} --stop db`;
  const content = await bed.content();
  const { job, ending } = await killThrough(parlour, {
    typed,
    points: ["before step 0", ...everyStep(STEPS.backup, { 3: ["within save"] })],
    ends: "succeeded",
    help: bed.help,
  });
  expect(ending).toContain("backup succeeded");
  expect(kindsOf(job.plan.steps)).toEqual(STEPS.backup);
  await bed.isWhole();
  const dump = `/var/lib/docker/volumes/${bed.stack}_db-data/_data/backup.sql`;
  expect(await wiki.keep("dump", "latest", dump)).toBe(content.pages);

  const points = ["before step 3", ...wayOut(STEPS.backup, STEPS["way out of a backup"])];
  const lost = await killWithoutRepository(bed, { typed, points });
  expect(kindsOf(lost.job.plan.release?.steps)).toEqual(STEPS["way out of a backup"]);
  expect(lost.ending).toContain("there is no repository of backups");
  expect(await bed.content()).toEqual(content);
});

test.concurrent("a restore", LONG, async () => {
  await using bed = await Bed.open(testbed, "restore");
  const { parlour, app } = bed;
  const content = await bed.content();
  await live(parlour, `!backup ${app}`);
  await bed.damage("delete from pages where id > 5");
  const { job, ending } = await killThrough(parlour, {
    typed: `!restore ${app}`,
    points: everyStep(STEPS.restore, { 2: ["within save"], 4: ["within restore"] }),
    ends: "succeeded",
    help: bed.help,
  });
  expect(ending).toContain("restore succeeded");
  expect(kindsOf(job.plan.steps)).toEqual(STEPS.restore);
  await bed.isWhole();
  expect(await bed.content()).toEqual(content);

  // Its hook cannot load the dump over that.
  const damage = await bed.damage("drop table pages; create view pages as select 'x' as words");
  const failed = await killThrough(parlour, {
    typed: `!restore ${app}`,
    points: wayOut(STEPS.restore, STEPS["way out of a restore"], { 1: ["within restore"] }),
    ends: "failed",
    help: bed.help,
  });
  expect(kindsOf(failed.job.plan.release?.steps)).toEqual(STEPS["way out of a restore"]);
  expect(failed.ending).toContain("put back from the safety snapshot");
  await bed.isWhole();
  expect(await bed.content()).toEqual(damage);
});

test.concurrent("a drill, and a restore beside the app", LONG, async () => {
  await using bed = await Bed.open(testbed, "drill");
  const { parlour, app, wiki } = bed;
  const content = await bed.content();
  await live(parlour, `!backup ${app}`);
  const { job, ending } = await killThrough(parlour, {
    typed: `!drill ${app}`,
    points: everyStep(STEPS.drill, { 3: ["within drill restore"] }),
    ends: "succeeded",
    help: bed.help,
  });
  expect(ending).toContain("Last proven restore: just now, took ");
  expect(kindsOf(job.plan.steps)).toEqual(STEPS.drill);
  await bed.isWhole();

  const points = ["before step 6", ...wayOut(STEPS.drill, STEPS["way out of a drill"])];
  const lost = await killWithoutRepository(bed, { typed: `!drill ${app}`, points });
  expect(kindsOf(lost.job.plan.release?.steps)).toEqual(STEPS["way out of a drill"]);
  expect(lost.ending).toContain("So this backup is not proven");

  const beside = await killThrough(parlour, {
    typed: `!restore ${app} --as beside.one.test`,
    points: around("place-secret", "restore-volumes"),
    ends: "succeeded",
  });
  expect(beside.ending).toContain("succeeded");
  await bed.isWhole();
  expect(await bed.content()).toEqual(content);
  expect(await wiki.sql(".dump", "beside_one_test")).toBe(content.pages);
});

test("nothing of all that is left on the server", async () => {
  expect(await others()).toEqual(before);
});

/** The repository is lost while moot is dead, so that it turns back; it is there again, and the app whole, when this returns. */
async function killWithoutRepository(
  bed: Bed,
  act: Pick<Act, "typed" | "points">,
): ReturnType<typeof killThrough> {
  const lost = await killThrough(bed.parlour, {
    ...act,
    ends: "failed",
    meanwhile: async (point) => {
      if (point === "before turn-back") await bed.losesRepository();
    },
  });
  await bed.findsRepository();
  await bed.isWhole();
  return lost;
}

/** After each but what is only fetched; `within`: by its place, when restic is in the middle of one. */
function everyStep(kinds: readonly Kind[], within: Within = {}, from = 0): readonly string[] {
  return kinds.flatMap((kind, place) => {
    const inside = within[place] ?? [];
    return kind === "pull" ? [] : [...inside, `after step ${from + place}`];
  });
}

type Within = Readonly<Record<number, readonly string[]>>;

/** The turn stands in the journal in one with its end. */
function wayOut(kinds: readonly Kind[], out: readonly Kind[], within?: Within): readonly string[] {
  return ["before turn-back", ...everyStep(out, within, kinds.length + 1)];
}

function kindsOf(steps: readonly { readonly kind: string }[] = []): readonly string[] {
  return steps.map(({ kind }) => kind);
}

/** What the server has that is no app's of these. */
async function others(): Promise<readonly string[]> {
  const all = await everything(testbed.host("one"));
  return all.filter((one) => !/ (backup|restore|drill|beside)_one_test_/.test(one));
}

async function wipe(): Promise<void> {
  const host = testbed.host("one");
  await host.wipe();
  await host.exec("rm", "-rf", REPOSITORIES);
}
