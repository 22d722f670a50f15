// What is held is shown where somebody looks before they act.
import { expect, test } from "vitest";
import { ANA, DAN, foundWiki, MAJOR, openCouncil } from "./council.ts";

test("a hold is shown in plans and in how apps are, and refuses what is new with its reason", async () => {
  await using council = openCouncil();
  await foundWiki(council);
  const { chat } = council;
  chat.say(DAN, '!hold wiki.example.coop "we are moving" --until 2h');
  await chat.waitFor("Nothing new is run there until then");
  chat.say(ANA, "!status");
  await chat.waitFor(
    `✋ wiki.example.coop is held by ${DAN}, until 2026-11-25 14:00 UTC: we are moving`,
  );
  chat.say(ANA, MAJOR.replace("!deploy", "!plan"));
  const plan = await chat.waitFor("is a major one");
  expect(plan.body).toContain("✋ wiki.example.coop is held");
  chat.say(ANA, MAJOR);
  const refusal = await chat.waitFor("!unhold h1 asks the room");
  expect(refusal.body).toContain("we are moving");
  expect(council.desk.ledger.approvals.standing()).toEqual([]);
});
