// !roles: who holds which role where, until when, and who gave it.
import type { Command } from "../src/core/command.ts";
import { personDoc } from "../src/words/people.ts";
import { rolesDoc } from "../src/words/roles.ts";
import { askedUser } from "./asked-user.ts";
import { person } from "./person.ts";

export const roles: Command = {
  name: "roles",
  summary: "who may do what",
  usage: ["!roles", "!roles @USER"],
  details: [
    "Shows the roles with what they may and where, and each member with their roles: in what scope, until when, and who gave them.",
    "With a full Matrix ID: what that person may do in this room.",
  ],
  flags: {},
  words: { min: 0, max: 1 },
  takesSettings: false,
  run(invocation, sight) {
    const typed = invocation.words[0];
    const table = sight.table();
    if (typed === undefined) {
      const people = { table, revocations: sight.revocations(), absences: sight.absences() };
      return Promise.resolve({ kind: "reply", doc: rolesDoc(people) });
    }
    const asked = person(askedUser(typed, sight), sight);
    return Promise.resolve({ kind: "reply", doc: personDoc(asked, table) });
  },
};
