// A server is tidied once people agree: only of what they saw, only of what nothing needs by then, and not under a job's feet.
import { expect, test, vi } from "vitest";
import { keptOn } from "../../src/app/keeping.ts";
import { Refusal } from "../../src/core/errors.ts";
import type { EventId } from "../../src/core/ids.ts";
import type { Waste } from "../../src/core/servers.ts";
import {
  agreeTo,
  ALPHA,
  ANA,
  asked,
  BEA,
  DAN,
  IMAGE,
  openHarbour,
  type Harbour,
} from "./harbour.ts";

const { signal } = new AbortController();
const OLD: Waste = { kind: "image", id: "old", name: "wiki:0.9", bytes: 3_000_000_000 };
const STOPPED: Waste = { kind: "container", id: "gone", name: "wiki_app.1.x", bytes: 1_000_000 };
const PRUNE = `!servers prune ${ALPHA}`;

async function ended({ desk }: Harbour, command: EventId): Promise<void> {
  await vi.waitFor(() => {
    expect(desk.ledger.jobs.ofCommand(command)?.ending?.state).toBe("succeeded");
  }, 20_000);
}

test("what could be freed is shown with its size, and freed once people agree", async () => {
  await using harbour = openHarbour();
  const { chat, alpha, desk } = harbour;
  alpha.litter.push(OLD, STOPPED);
  const approval = await asked(harbour, chat.say(ANA, PRUNE));
  const prompt = await chat.waitFor("asks to free what nothing needs");
  expect(prompt.body).toContain("1 unused image, 3.0 GB: wiki:0.9");
  expect(prompt.body).toContain("1 stopped container, 1.0 MB: wiki_app.1.x");
  expect(prompt.body).toContain("Volumes and secrets stay");
  // Neither seen nor agreed to.
  alpha.litter.push({ ...OLD, id: "later", name: "wiki:1.1" });
  chat.say(BEA, `!approve a${approval.id}`);
  const told = await chat.waitFor(`${ALPHA} is tidied: 3.0 GB freed`);
  expect(told.body).toContain("wiki:0.9");
  expect(told.body).not.toContain("wiki:1.1");
  expect(alpha.litter.map(({ id }) => id)).toEqual(["later"]);
  expect(desk.ledger.errands.open()).toEqual([]);
});

test("whoever agrees can read every name, in the thread of the question", async () => {
  await using harbour = openHarbour();
  const { chat, alpha } = harbour;
  const many = Array.from({ length: 12 }, (_, at) => `wiki:0.${at}`);
  alpha.litter.push(...many.map((name) => ({ ...OLD, id: name, name })));
  const approval = await asked(harbour, chat.say(ANA, PRUNE));
  const prompt = await chat.waitFor("asks to free what nothing needs");
  expect(prompt.body).toContain("and 4 more");
  const whole = await chat.waitFor(`All that a${approval.id} asks for`);
  for (const name of many) expect(whole.body).toContain(name);
});

test("where nothing can be freed, nobody is asked", async () => {
  await using harbour = openHarbour();
  harbour.chat.say(ANA, PRUNE);
  await harbour.chat.waitFor("There is nothing to free");
  expect(harbour.desk.ledger.approvals.standing()).toEqual([]);
});

test("what the two newest good deployments name is kept", async () => {
  await using harbour = openHarbour();
  const { chat, alpha, desk } = harbour;
  await ended(harbour, chat.say(ANA, `!deploy wiki wiki.example.coop`));
  const kept = keptOn(desk.world, ALPHA);
  expect(kept.images).toHaveLength(1);
  const [image = ""] = kept.images;
  expect(image).toContain(`${IMAGE}@sha256:`);
  alpha.litter.push(OLD, { ...OLD, id: "kept", name: image });
  const approval = await asked(harbour, chat.say(ANA, PRUNE));
  expect(approval.proposal).toMatchObject({ kind: "prune", waste: [OLD] });
});

test("what has come to be needed since stays, and is told", async () => {
  await using harbour = openHarbour();
  const { chat, alpha } = harbour;
  alpha.litter.push(OLD, STOPPED);
  const prune = alpha.prune.bind(alpha);
  alpha.prune = (waste, kept, inner) => prune(waste, { ...kept, images: [OLD.name] }, inner);
  await agreeTo(harbour, PRUNE);
  const told = await chat.waitFor("Needed by now, and so left alone");
  expect(told.body).toContain("wiki:0.9");
});

test("it waits while a job runs there, and no job begins while it runs", async () => {
  await using harbour = openHarbour();
  const { chat, alpha, desk } = harbour;
  alpha.litter.push(OLD);
  const pulled = Promise.withResolvers<undefined>();
  const pull = alpha.pull.bind(alpha);
  alpha.pull = async (...words) => {
    await pulled.promise;
    return pull(...words);
  };
  const first = chat.say(ANA, "!deploy wiki wiki.example.coop");
  await vi.waitFor(() => {
    expect(desk.ledger.jobs.ofCommand(first)?.state).toBe("running");
  });
  await agreeTo(harbour, PRUNE);
  await chat.waitFor("runs on alpha.example.coop; it is tidied once no job runs there");
  expect(alpha.litter).toHaveLength(1);
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const prune = alpha.prune.bind(alpha);
  alpha.prune = async (...words) => {
    await promise;
    return prune(...words);
  };
  pulled.resolve(undefined);
  await ended(harbour, first);
  const second = chat.say(ANA, "!deploy wiki.example.coop GREETING=moin");
  await vi.waitFor(() => {
    expect(desk.ledger.jobs.ofCommand(second)?.state).toBe("queued");
  });
  expect(desk.ledger.errands.open()).toMatchObject([{ startedAt: harbour.time.now }]);
  resolve(undefined);
  await chat.waitFor(`${ALPHA} is tidied`);
  await ended(harbour, second);
});

test("a server that is lost in the midst of it is told of, and jobs go on", async () => {
  await using harbour = openHarbour();
  const { chat, alpha, desk } = harbour;
  alpha.litter.push(OLD);
  alpha.prune = async () => {
    throw new Refusal({ kind: "server-unreachable", server: ALPHA, problem: "it was lost." });
  };
  await agreeTo(harbour, PRUNE);
  await chat.waitFor("could not be tidied to the end: it was lost.");
  expect(desk.ledger.errands.open()).toEqual([]);
});

test("moot killed in the midst of it goes on at its next start, and tells once what was freed in all", async () => {
  const first = openHarbour();
  const { alpha } = first;
  alpha.litter.push(OLD, STOPPED);
  const prune = alpha.prune.bind(alpha);
  const begun = Promise.withResolvers<undefined>();
  alpha.prune = async (waste, kept, inner) => {
    await prune(waste.slice(0, 1), kept, inner);
    begun.resolve(undefined);
    return new Promise((_, reject) => {
      inner.addEventListener("abort", () => reject(new Error("killed")));
    });
  };
  await agreeTo(first, PRUNE);
  await begun.promise;
  expect(alpha.litter).toEqual([STOPPED]);
  await first[Symbol.asyncDispose]();
  alpha.prune = prune;
  await using second = openHarbour({ before: first });
  await second.chat.waitFor(`${ALPHA} is tidied: 3.0 GB freed`);
  expect(second.alpha.litter).toEqual([]);
  const told = second.chat.seen().filter(({ body }) => body.includes("is tidied:"));
  expect(told).toHaveLength(1);
  expect(await alpha.prunable({ images: [], configs: [], networks: [] }, signal)).toMatchObject({
    waste: [],
  });
});

test("a hold on the server keeps it from being tidied", async () => {
  await using harbour = openHarbour();
  const { chat, alpha } = harbour;
  alpha.litter.push(OLD);
  chat.say(DAN, `!hold ${ALPHA} "we look for a lost image"`);
  await chat.waitFor("is held by");
  chat.say(ANA, PRUNE);
  await chat.waitFor("Nothing was changed");
  expect(alpha.litter).toEqual([OLD]);
});
