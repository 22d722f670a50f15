// !reject: object to what is asked, and say why.
import type { Command } from "../src/core/command.ts";
import { askedApproval } from "./asked-approval.ts";
import { MOST_REASON_WORDS, reasonOf } from "./reason.ts";

export const reject: Command = {
  name: "reject",
  needs: "approve",
  summary: "object to what is asked",
  usage: ["!reject REQUEST REASON"],
  details: [
    "Blocks the request, such as a12, until you take it back (!approve a12), or until one more yes than needed has been said after it. 👎 on its message does the same without a reason.",
  ],
  flags: {},
  words: { min: 2, max: MOST_REASON_WORDS },
  takesSettings: false,
  run(invocation, sight) {
    const [name = "", ...words] = invocation.words;
    const approval = askedApproval(name, sight);
    return Promise.resolve({ kind: "vote", approval, vote: "no", reason: reasonOf(reject, words) });
  },
};
