// Refusals that have to do with adding servers and forgetting them.
import { text } from "../core/doc.ts";
import type { Words } from "./people-refusals.ts";
import { firstOf } from "./phrases.ts";

type ServerKinds = "server-exists" | "server-configured" | "server-in-use" | "server-key-gone";

export const SERVER_WORDS: Words<ServerKinds> = {
  "server-exists": (r) => [
    text(["There is a server ", { code: r.server }, " already. Nothing was changed."]),
    text(["Type ", { code: "!servers" }, " to see it, or choose another name."]),
  ],
  "server-configured": (r) => [
    text([
      "The server ",
      { code: r.server },
      " stands in moot's config, so the room cannot remove it.",
    ]),
    text("Take it out of servers: in bot.config.yaml and start moot again."),
  ],
  "server-in-use": (r) => [
    text([
      "The server ",
      { code: r.server },
      ` still has apps: ${firstOf(r.apps, 10)}. Nothing was changed.`,
    ]),
    text([
      "Move or remove them first; their env files stand in abra's folder ",
      { code: `servers/${r.server}` },
      ".",
    ]),
  ],
  "server-key-gone": (r) => [
    text([
      "moot's key for ",
      { code: r.server },
      " is gone: it was removed together with a server of that name. Nothing was changed.",
    ]),
    text(["Type ", { code: `!servers add ${r.server} SSH-ADDRESS` }, " again to ask anew."]),
  ],
};
