// A plan's warnings in words: what is odd, and what to do if it is not meant so.
import type { Line } from "../core/doc.ts";
import type { Warning } from "../core/plan.ts";
import { firstOf, listed } from "./phrases.ts";

type Of<Kind extends Warning["kind"]> = Extract<Warning, { readonly kind: Kind }>;

const SILENCE: Readonly<Record<string, string>> = {
  absent: "the registry no longer has it",
  denied: "the registry does not give it out",
  unreachable: "its registry does not answer",
};

export function warningLine(warning: Warning): Line {
  switch (warning.kind) {
    case "unset-variable":
      return `Not set, and so empty: ${firstOf(warning.names, 12)}. Add them to the env file, or as KEY=VALUE when the app is new.`;
    case "missing-from-env":
      return `The recipe's sample has keys that the env file lacks: ${firstOf(warning.keys, 12)}. The recipe may have grown; compare the two.`;
    case "dns":
      return dnsWords(warning);
    case "ignored-key":
      return ["Swarm ignores ", { code: warning.key }, ` of ${warning.service}.`];
    case "unpinned-image":
      return [
        "The image ",
        { code: warning.image },
        ` of ${warning.service} stays as it runs now: ${SILENCE[warning.why] ?? warning.why}.`,
      ];
    case "sqlite-start-first":
      return `While ${warning.service} is updated, its old and its new task use the same volume for a moment. That can spoil a database: have a backup.`;
    case "lightweight-tag":
      return `The version ${warning.version} is a plain tag, not an annotated one; abra would refuse it.`;
    case "unknown-charset":
      return `The secret ${warning.secret} asks for an alphabet "${warning.charset}" that moot does not know; it gets letters and digits.`;
  }
}

function dnsWords({ domain, found, server }: Of<"dns">): Line {
  const addresses = listed(server, "or");
  if (found.length === 0) {
    return [
      "The domain ",
      { code: domain },
      ` is not in the DNS yet. Point it to ${addresses}, or nobody will reach the app.`,
    ];
  }
  return [
    "The domain ",
    { code: domain },
    ` leads to ${listed(found)}, and this server is ${addresses}. Mend the DNS, or nobody will reach the app.`,
  ];
}
