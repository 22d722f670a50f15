// Recipes in the room: searched, shown in full and judged; and an app held against its recipe.
import { describe, expect, test } from "vitest";
import { answer, openWorkshop, write } from "./workshop.ts";

const IMAGE = "registry.example/moot/app:1.0.0";
const { signal } = new AbortController();

describe("!recipes", () => {
  test("searches, with what the catalogue says of status and category", async () => {
    await using workshop = openWorkshop();
    const said = await answer(workshop, "!recipes page", "1 recipe in the catalogue");
    expect(said).toContain("wiki");
    expect(said).toContain("Apps");
    expect(said).toMatch(/status/);
    await answer(workshop, "!recipes wikki", "Did you mean wiki?");
    await answer(workshop, "!recipes one two", "one word at a time, or lint, add or forget");
  });

  test("tells of one its features, versions with images, and where catalogue and repository differ", async () => {
    await using workshop = openWorkshop();
    const said = await answer(workshop, "!recipes wiki", "Versions, newest first");
    for (const words of [
      "status 4, backups Yes, e-mail not told",
      "app moot/wiki:1.0",
      `app ${IMAGE}`,
      "a lightweight tag: abra and moot refuse those",
      "only in the catalogue, so nobody can deploy it: 0.9.0+0.9",
      "only in the repository, and deployable all the same: 1.1.0+1.1 and 2.0.0+2.0",
      "tags that are no versions, passed over: v2.4.8",
    ])
      expect(said).toContain(words);
    expect(said.indexOf("2.0.0+2.0")).toBeLessThan(said.indexOf("1.1.0+1.1"));
  });

  test("judges one at a version, and says how to mend it", async () => {
    await using workshop = openWorkshop();
    const said = await answer(workshop, "!recipes lint wiki", "wiki, version 1.1.0+1.1:");
    expect(said).toContain("❌ R014 tags of versions are annotated (error): not so. 2.0.0+2.0.");
    expect(said).toContain("the label says 1.0.0+1.0, the tag 1.1.0+1.1");
    expect(said).toContain("✅ R009");
    const older = await answer(
      workshop,
      "!recipes lint wiki --version 1.0.0+1.0",
      "wiki, version 1.0.0+1.0:",
    );
    expect(older).toContain("✅ M001");
    await answer(workshop, "!recipes lint wiki --version 9.9.9+9", "has no version 9.9.9+9");
    await answer(
      workshop,
      "!recipes lint wiki --version 2.0.0+2.0",
      "its tag 2.0.0+2.0 is not annotated",
    );
    await answer(workshop, "!recipes lint wikki", "There is no recipe wikki");
    await answer(workshop, "!recipes lint", "lint takes the name of a recipe");
  });
});

describe("!check", () => {
  test("holds settings and secrets against the version the app is pinned to", async () => {
    await using workshop = openWorkshop();
    await write(
      workshop,
      "wiki.example.coop",
      "TYPE=wiki:1.1.0+1.1\nDOMAIN=wiki.example.coop\nTITEL=x\nSECRET_KEY_VERSION=v1\nSMTP_HOST=y\n",
    );
    const said = await answer(workshop, "!check wiki.example.coop", "against the recipe wiki at");
    for (const words of [
      "against the recipe wiki at 1.1.0+1.1",
      "TITLE is missing; the sample sets it",
      "TITEL is in no sample of this recipe. Did you mean TITLE?",
      "wiki_example_coop_key_v1 is missing; a deploy makes it, version from SECRET_KEY_VERSION",
      "the label says 1.0.0+1.0, the tag 1.1.0+1.1",
      "!plan wiki.example.coop",
    ])
      expect(said).toContain(words);
    expect(said).not.toContain("SMTP_HOST");
    await workshop.host.createSecret("wiki_example_coop_key_v1", "x", signal);
    await answer(workshop, "!check wiki.example.coop", "wiki_example_coop_key_v1 is on the server");
    expect(workshop.host.written).toEqual([]);
  });

  test("says so where a secret's name is longer than swarm takes", async () => {
    await using workshop = openWorkshop();
    const stack = "s".repeat(58);
    const text = `TYPE=wiki:1.0.0+1.0\nDOMAIN=wiki.example.coop\nTITLE=\nSECRET_KEY_VERSION=v1\nSTACK_NAME=${stack}\n`;
    await write(workshop, "wiki.example.coop", text);
    const said = await answer(workshop, "!check wiki.example.coop", "against the recipe");
    expect(said).toContain(`${stack}_key_v1 has 65 characters, and swarm takes 64`);
    expect(said).toContain("TITLE is empty; the sample gives it a value");
  });

  test("goes on where the stack does not render or an env would steer programs", async () => {
    await using workshop = openWorkshop();
    const text = "TYPE=wiki:1.0.0+1.0\nDOMAIN=wiki.example.coop\nTITLE=x\nLD_PRELOAD=/x\n";
    await write(workshop, "wiki.example.coop", text);
    const said = await answer(workshop, "!check wiki.example.coop", "against the recipe");
    expect(said).toContain("LD_PRELOAD would steer programs");
    expect(said).toContain("SECRET_KEY_VERSION is missing");
  });
});
