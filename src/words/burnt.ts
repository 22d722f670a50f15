// What is said of a secret that was typed where others read.
import { list, text, type Doc } from "../core/doc.ts";
import type { RefusalReason } from "../core/errors.ts";

export const BURNT_REASON = "It held a secret's value, which is burnt now.";

export function burntDoc({ what }: Extract<RefusalReason, { readonly kind: "burnt" }>): Doc {
  return [
    text([
      "The value of ",
      { code: what },
      " has been seen by the room and its server: ",
      { strong: "it is burnt. Make another." },
      " Nothing was changed, and moot takes your message away if it may.",
    ]),
    list([
      [
        "For a secret of the recipe: ",
        { code: "!secrets APP rotate NAME" },
        " makes one that nobody sees, ",
        { code: "!secrets APP insert NAME" },
        " says where a value can be handed over.",
      ],
      "For a value in the env file: edit the file on moot's own machine.",
    ]),
  ];
}

export function leftStandingDoc(): Doc {
  return [
    text(
      "moot may not remove the message above (it lacks the power in this room): remove it yourself, now. Its value stays burnt all the same.",
    ),
  ];
}
