// Gathers what one person holds and may do in this room.
import { rightOf, type Sight } from "../src/core/command.ts";
import type { UserId } from "../src/core/ids.ts";
import { mayAnywhere, scopesOf } from "../src/core/roles.ts";
import { scopeWords, type Person } from "../src/words/people.ts";

export function person(user: UserId, sight: Sight): Person {
  const table = sight.table();
  const { room } = sight;
  const rights = sight.commands.flatMap((command) => {
    const permission = rightOf(command);
    if (!mayAnywhere(table, { user, room, permission })) return [];
    const where = scopeWords(scopesOf(table, user, permission), table);
    return [{ command: command.name, where }];
  });
  const absence = sight.absences().find((one) => one.user === user);
  return {
    user,
    held: table.members.get(user) ?? [],
    rights,
    ...(absence === undefined ? {} : { absence }),
  };
}
