// Refusals about an app's secrets, in words.
import { list, text, type Block, type Line } from "../core/doc.ts";
import type { RefusalReason } from "../core/errors.ts";
import { burntDoc } from "./burnt.ts";
import type { Words } from "./people-refusals.ts";
import { firstOf } from "./phrases.ts";

type Of<Kind extends RefusalReason["kind"]> = Extract<RefusalReason, { readonly kind: Kind }>;

export const SECRET_REFUSALS: Words<"burnt" | "unknown-secret" | "secret-refused" | "bad-insert"> =
  {
    burnt: burntDoc,
    "unknown-secret": ({ app, secret, known, nearest }) => [
      text([
        "The app ",
        { code: app },
        " has no secret ",
        { code: secret },
        ".",
        ...(nearest === undefined ? [] : [" Did you mean ", { code: nearest }, "?"]),
      ]),
      text(
        known.length === 0
          ? ["Type ", { code: `!secrets ${app}` }, " to see what it needs."]
          : `Its secrets: ${firstOf(known, 12)}.`,
      ),
    ],
    "secret-refused": (r) => REFUSED[r.why](r),
    "bad-insert": ({ path, why }) => [
      text(["The file ", { code: path }, ` was not used: ${FILES[why]}.`]),
      text(
        why === "folder"
          ? "Mend the owner of that folder, then type the command again."
          : why === "directory"
            ? "No secret was made, and it is there still. Take it away, then type the command again."
            : "It was taken away, and no secret was made. Type the command again to hand the value over.",
      ),
    ],
  };

const FILES: Readonly<Record<Of<"bad-insert">["why"], string>> = {
  link: "it is a link, and moot follows none",
  directory: "it is a folder",
  "no-file": "it is no plain file of one name",
  owner: "it belongs to somebody else than moot's user or root",
  size: "it is too large: a secret of swarm takes less than 512,000 bytes",
  empty: "it is empty",
  "no-text": "it is no text in UTF-8, and moot can hand over only that",
  unreadable: "moot may not read it",
  folder: "it is no folder of moot's own",
};

const REFUSED: Readonly<
  Record<Of<"secret-refused">["why"], (reason: Of<"secret-refused">) => readonly Block[]>
> = {
  "no-key": ({ app, secret }) => [
    text([
      "The secret ",
      { code: secret },
      " cannot be replaced: its name in the recipe's compose file holds no key of the env file for a version, so a new value could not have a name. Nothing was changed.",
    ]),
    text([
      "Ask the recipe's maintainers for one, as in ",
      { code: `name: \${STACK_NAME}_${secret}_\${SECRET_${secret.toUpperCase()}_VERSION}` },
      "; until then, undeploy ",
      { code: app },
      `, type `,
      { code: `!secrets ${app} remove ${secret}` },
      " and deploy it again.",
    ]),
  ],
  "no-effect": ({ app, secret, key = "" }) => [
    text([
      "Another value of ",
      { code: key },
      " in the env file does not change the name of ",
      { code: secret },
      ": the recipe's abra.sh, or a line of the file, sets it otherwise. Nothing was changed.",
    ]),
    text(["Type ", { code: `!config ${app} --diff` }, " to look for it."]),
  ],
  "odd-version": ({ app, secret, key = "" }) => [
    text([
      "The version of ",
      { code: secret },
      " ends in no number, so moot cannot tell what comes after it. Nothing was changed.",
    ]),
    text([
      "Choose one: ",
      { code: `!config ${app} ${key}=v2` },
      ", then ",
      { code: `!deploy ${app}` },
      ".",
    ]),
  ],
  "by-hand": (r) => [
    text([
      "The recipe says that only people can give the value of ",
      { code: r.secret },
      " (generate=false), so moot does not make one. Nothing was changed.",
    ]),
    ...handOver(r),
  ],
  exists: (r) => [
    text([
      "The secret ",
      { code: r.secret },
      " is on the server already, and swarm cannot change a secret's value. Nothing was changed.",
    ]),
    ...handOver(r),
  ],
};

/** Under the next version where there is one already. */
function handOver({ app, secret, key, next }: Of<"secret-refused">): readonly Block[] {
  if (next === undefined)
    return [text(["Hand it over: ", { code: `!secrets ${app} insert ${secret}` }, "."])];
  const use: readonly Line[] =
    key === undefined
      ? []
      : [[{ code: `!config ${app} ${key}=${next}` }], [{ code: `!deploy ${app}` }]];
  return [
    text("Hand a new value over under the next version, then use it:"),
    list([[{ code: `!secrets ${app} insert ${secret}_${next}` }], ...use]),
  ];
}
