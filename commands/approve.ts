// !approve: say yes in words to what is asked.
import type { Command } from "../src/core/command.ts";
import { askedApproval } from "./asked-approval.ts";

export const approve: Command = {
  name: "approve",
  summary: "say yes to what is asked",
  usage: ["!approve REQUEST"],
  details: [
    "REQUEST is the name in the message that asks, such as a12; 👍 on that message does the same. It counts if you may do yourself what is asked, and are in the room.",
    "Your last word counts: !approve after 👎 takes your objection back.",
  ],
  flags: {},
  words: { min: 1, max: 1 },
  takesSettings: false,
  run(invocation, sight) {
    const approval = askedApproval(invocation.words[0] ?? "", sight);
    return Promise.resolve({ kind: "vote", approval, vote: "yes" });
  },
};
