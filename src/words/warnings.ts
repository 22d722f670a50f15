// A plan's warnings in words: what is odd, and what to do if it is not meant so.
import type { Line } from "../core/doc.ts";
import type { Warning } from "../core/plan.ts";
import { NO_LABELS, oddityLine } from "./backup-oddities.ts";
import { firstOf, listed } from "./phrases.ts";
import { drillMatterLine } from "./drills.ts";
import { matterLine } from "./restores.ts";

type Of<Kind extends Warning["kind"]> = Extract<Warning, { readonly kind: Kind }>;

const SILENCE: Readonly<Record<string, string>> = {
  absent: "the registry no longer has it",
  denied: "the registry does not give it out",
  unreachable: "its registry does not answer",
};

type Words = { readonly [Kind in Warning["kind"]]: (warning: Of<Kind>) => Line };

const WORDS: Words = {
  "unset-variable": ({ names }) =>
    `Not set, and so empty: ${firstOf(names, 12)}. Add them to the env file, or as KEY=VALUE when the app is new.`,
  "missing-from-env": ({ keys }) =>
    `The recipe's sample has keys that the env file lacks: ${firstOf(keys, 12)}. The recipe may have grown; compare the two.`,
  dns: dnsWords,
  "ignored-key": ({ key, service }) => ["Swarm ignores ", { code: key }, ` of ${service}.`],
  "unpinned-image": ({ image, service, why }) => [
    "The image ",
    { code: image },
    ` of ${service} stays as it runs now: ${SILENCE[why] ?? why}.`,
  ],
  "sqlite-start-first": ({ service }) =>
    `While ${service} is updated, its old and its new task use the same volume for a moment. That can spoil a database: have a backup.`,
  "recipe-stale": ({ recipe, problem }) =>
    `The repository of ${recipe} does not answer (${problem}); an older copy of it is used.`,
  "data-stay": () =>
    "Data are not put back: what the app wrote since stays as it is, and an older version may not read it. Have a backup.",
  "return-differs": ({ services }) =>
    `What runs of ${listed(services)} was changed outside of moot; if this fails, it comes back as its version and its env file say.`,
  "away-briefly": ({ services }) =>
    `${listed(services)} ${services.length === 1 ? "is" : "are"} away for a moment: each runs once, and is stopped before it is started again.`,
  "unknown-charset": ({ secret, charset }) =>
    `The secret ${secret} asks for an alphabet "${charset}" that moot does not know; it gets letters and digits.`,
  "unknown-key": ({ key, nearest }) => [
    "Nothing in the recipe reads ",
    { code: key },
    ...(nearest === undefined ? ["."] : ["; perhaps ", { code: nearest }, " was meant."]),
  ],
  "keys-unchecked": ({ why }) => `Nobody could look which keys the recipe knows: ${why}`,
  "key-twice": ({ key, lines }) => [
    { code: key },
    ` stands on lines ${listed(lines.map(String))} of the env file; the last one counts, and that is changed.`,
  ],
  "compose-files": ({ added, removed }) => [
    { code: "COMPOSE_FILE" },
    " changes, and with it which parts of the recipe run: ",
    [
      ...(added.length === 0 ? [] : [`${listed(added)} is switched on`]),
      ...(removed.length === 0 ? [] : [`${listed(removed)} is switched off`]),
    ].join("; "),
    ".",
  ],
  "database-keeps": ({ secret, services }) =>
    `${listed(services)} looks like a database and uses ${secret}: it keeps the old value in its data, and the app will be locked out. Change it inside first, with a function of the recipe if there is one.`,
  "rotates-also": ({ secrets }) =>
    `${listed(secrets)} hangs on the same key of the env file and gets a new value too.`,
  "must-insert": ({ secret }) =>
    `${secret} is missing too, and only people can give it: hand it over with insert.`,
  "secret-wanted": ({ secret }) =>
    `The env file still names ${secret}: the next deploy makes another value, or asks for one.`,
  "stack-renamed": ({ from, to }) =>
    `The app's stack would be called ${to}: what runs as ${from} stays there with its volumes and secrets, and a deploy makes everything anew.`,
  "carries-room": ({ stack, server }) => [
    "The room needs this app, and may fall silent meanwhile. moot goes on, and says here how it ended when the room is back. If it does not come back, look on ",
    `${server} with `,
    { code: `docker stack ps --no-trunc ${stack}` },
    ", or talk to moot on its own machine with its verb ",
    { code: "console" },
    ".",
  ],
  "value-lost": ({ key }) => [
    "The value of ",
    { code: key },
    " goes with its line, and nobody may type it here again. To keep it, put a # before that line in the file instead.",
  ],
  backup: ({ oddity }) => oddityLine(oddity),
  "away-while-saved": ({ services }) =>
    `${listed(services)} ${services.length === 1 ? "is" : "are"} stopped while its data are saved, and started again whatever happens.`,
  "no-backup-first": ({ why }) => `No backup is taken first: ${NO_LABELS[why]}.`,
  restore: ({ matter }) => matterLine(matter),
  drill: ({ matter }) => drillMatterLine(matter),
};

export function warningLine(warning: Warning): Line {
  return wordsFor(warning.kind, warning);
}

function wordsFor<Kind extends Warning["kind"]>(kind: Kind, warning: Of<Kind>): Line {
  return WORDS[kind](warning);
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
