// What is held back is shown where people look before they act.
import { expect, test } from "vitest";
import { ANA, DAN, foundWiki, openCouncil } from "./council.ts";

test.each(["!status", "!status wiki.example.coop", "!plan wiki.example.coop"])(
  "a hold is shown by %s",
  async (typed) => {
    await using council = openCouncil();
    await foundWiki(council);
    council.chat.say(DAN, '!hold wiki.example.coop "we move its database"');
    await council.chat.waitFor("No new job runs there");
    council.chat.say(ANA, typed);
    const { body } = await council.chat.waitFor("Held back:");
    expect(body).toContain(`is held by ${DAN}: we move its database`);
    expect(body).toContain("!unhold h1");
  },
);
