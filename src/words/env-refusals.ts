// Refusals of what somebody would set in an env file, in words.
import { text } from "../core/doc.ts";
import type { RefusalReason } from "../core/errors.ts";
import type { Words } from "./people-refusals.ts";

type Setting = Extract<RefusalReason, { readonly kind: "setting-refused" }>;

export const ENV_REFUSALS: Words<"setting-refused" | "setting-absent"> = {
  "setting-refused": (r) => [
    text([{ code: r.key }, ` cannot be set here: ${WHY[r.why](r)}. Nothing was changed.`]),
    text(NEXT[r.why](r)),
  ],
  "setting-absent": ({ app, key, nearest }) => [
    text([
      "The env file of ",
      { code: app },
      " does not set ",
      { code: key },
      ", so nothing was taken out.",
      ...(nearest === undefined ? [] : [" Did you mean ", { code: nearest }, "?"]),
    ]),
    text(["Type ", { code: `!config ${app}` }, " to see what it sets."]),
  ],
};

const WHY: Readonly<Record<Setting["why"], (reason: Setting) => string>> = {
  steering: () => "it would steer programs on moot's own machine",
  recipe: () => "it says which recipe and version the app is made from",
  characters: () => "its value has line breaks or control characters in it",
  name: () => "names of settings are letters, digits and _",
  stack: ({ owner = "another app" }) => `a stack of that name belongs to ${owner}`,
  "stack-below": ({ owner = "another app" }) =>
    `under that name its secrets could not be told from those of ${owner}`,
  domain: ({ owner = "another app" }) => `that domain belongs to ${owner}`,
};

const NEXT: Readonly<Record<Setting["why"], (reason: Setting) => Parameters<typeof text>[0]>> = {
  steering: ({ app }) => [
    "Type ",
    { code: `!config ${app} --diff` },
    " to see what its recipe knows.",
  ],
  recipe: ({ app }) => [
    "The version is written by ",
    { code: `!upgrade ${app}` },
    ", ",
    { code: `!rollback ${app}` },
    " or ",
    { code: `!deploy ${app} --version VERSION` },
    "; another recipe needs another app.",
  ],
  characters: ({ app, key }) => [
    "Type it on one line: ",
    { code: `!config ${app} ${key}=VALUE` },
    "; what needs several lines is edited in the file itself.",
  ],
  name: ({ app }) => ["It is typed like this: ", { code: `!config ${app} KEY=VALUE` }, "."],
  stack: ({ app }) => ["Choose another name, or leave it out: ", { code: `!config ${app}` }, "."],
  "stack-below": ({ app }) => [
    "Choose another name, or leave it out: ",
    { code: `!config ${app}` },
    ".",
  ],
  domain: ({ app }) => [
    "Choose another domain, or type ",
    { code: `!config ${app}` },
    " to see what it has.",
  ],
};
