// A recipe outside the catalogue: added by its address when two agree, deployed from there, and forgotten.
import { describe, expect, test } from "vitest";
import { ANA, DAN } from "./desk.ts";
import {
  ADDRESS,
  agreeOn,
  answer,
  BEA,
  ended,
  openWorkshop,
  refusedTo,
  SAMPLE,
  write,
} from "./workshop.ts";

describe("a recipe outside the catalogue", () => {
  test("is added when two agree, deployed as a danger, and told by its address as abra does", async () => {
    await using workshop = openWorkshop();
    const { desk } = workshop;
    await agreeOn(workshop, `!recipes add ${ADDRESS}`);
    const { body } = await desk.chat.waitFor("asked to add the recipe pad from");
    expect(body).toContain(ADDRESS);
    expect(desk.ledger.recipes.standing()).toMatchObject([{ name: "pad", address: ADDRESS }]);
    const told = desk.ledger.audit.recent(20).find(({ what }) => what === "recipe");
    expect(told).toMatchObject({ who: ANA, detail: { act: "add", agreed: [ANA, BEA] } });
    expect(await answer(workshop, "!recipes pad", "Versions, newest first")).toContain(
      "It is not taken from the catalogue",
    );
    await agreeOn(workshop, "!deploy pad pad.example.coop");
    const { state, plan } = await ended(workshop);
    expect(state).toBe("succeeded");
    expect(plan.dangers).toEqual([{ kind: "outside-catalogue", recipe: "pad" }]);
    const [file] = await workshop.apps.list();
    expect(file?.text).toContain("TYPE=git.example.org/group/pad:0.1.0+1.0\n");
    expect(JSON.stringify(workshop.host.written)).toContain("git.example.org/group/pad:0.1.0+1.0");
  });

  test("is put before people with what moot found there", async () => {
    await using workshop = openWorkshop();
    const said = await answer(workshop, `!recipes add ${ADDRESS}`, "whoever can write to that");
    expect(said).toContain(`asks to add the recipe pad from ${ADDRESS}. It is a danger.`);
    expect(said).toContain("its newest version is 0.1.0+1.0, and it does not keep R007 (warning)");
  });

  test("without a sample at that version is not deployed, as abra does not (R008)", async () => {
    await using workshop = openWorkshop();
    await write(workshop, "bare.example.coop", "TYPE=bare:1.0.0+1.0\nDOMAIN=bare.example.coop\n");
    await answer(workshop, "!deploy bare.example.coop", "The recipe has no .env.sample");
    expect(await answer(workshop, "!check bare.example.coop", "against the recipe bare")).toContain(
      "R008 there is a .env.sample that can be read (error): not so. .env.sample is missing.",
    );
  });

  test("whose sample does not parse makes no app, and its line is told", async () => {
    await using workshop = openWorkshop();
    await answer(
      workshop,
      "!deploy broken new.example.coop",
      "The recipe broken cannot be used: its .env.sample, line 2: TITLE: a quote is never closed",
    );
    await answer(workshop, "!recipes lint broken", "not so. .env.sample, line 2: TITLE: a quote");
  });

  test("must be added before an app that names its address can be deployed", async () => {
    await using workshop = openWorkshop();
    const text = SAMPLE.replace("TYPE=NAME", "TYPE=git.example.org/group/pad:0.1.0+1.0");
    await write(workshop, "pad.example.coop", text.replaceAll("NAME", "pad"));
    await answer(workshop, "!apps --recipe pad", "git.example.org/group/pad");
    await answer(
      workshop,
      "!deploy pad.example.coop",
      "is made from the recipe at git.example.org/group/pad, which is not in the catalogue",
    );
    await answer(
      workshop,
      "!check pad.example.coop",
      "!recipes add https://git.example.org/group/pad",
    );
    await agreeOn(workshop, `!recipes add ${ADDRESS}`);
    await answer(workshop, "!check pad.example.coop", "against the recipe pad at 0.1.0+1.0");
    await agreeOn(workshop, "!recipes forget pad");
    expect(workshop.desk.ledger.recipes.standing()).toEqual([]);
    await answer(workshop, "!deploy pad docs.example.coop", "There is no recipe pad");
    await answer(workshop, "!recipes forget pad", "No recipe pad was added by its address");
  });

  test.each([
    ["!recipes add https://git.example.org/wiki", "The catalogue has a recipe wiki of its own"],
    ["!recipes add https://git.example.org/nothing", "could not be read: repository"],
    ["!recipes add wiki", "add takes the address of a repository"],
    ["!recipes add http://git.example.org/pad", "add takes the address of a repository"],
    ["!recipes add", "add takes the address of a repository"],
    ["!recipes forget", "forget takes the name of a recipe"],
  ])("%s is told what is wrong, and nobody is asked", async (typed, words) => {
    await using workshop = openWorkshop();
    await answer(workshop, typed, words);
    expect(workshop.desk.ledger.approvals.standing()).toEqual([]);
  });

  test("cannot be added twice, nor by someone who may not deploy", async () => {
    await using workshop = openWorkshop();
    await agreeOn(workshop, `!recipes add ${ADDRESS}`);
    await answer(workshop, `!recipes add ${ADDRESS}`, "The recipe pad was added already");
    for (const typed of [`!recipes add ${ADDRESS}`, "!recipes forget pad"])
      await refusedTo(workshop, DAN, typed);
    expect(workshop.desk.ledger.approvals.standing()).toEqual([]);
  });
});
