// Why a pending update does not run now, in words: a line for each rule that holds it back, with what lifts it.
import type { Line, Span } from "../core/doc.ts";
import type { AppName } from "../core/ids.ts";
import type { Blocker } from "../core/why-not-now.ts";
import { windowWords } from "../core/window.ts";
import { members } from "./approvals.ts";
import { holdName } from "./holds.ts";
import { counted, span } from "./phrases.ts";

/** Of which update it is told, and to whom. */
export interface Telling {
  readonly app: AppName;
  readonly version: string;
  /** The version runs already, and only its images are new. */
  readonly isRebuild: boolean;
  /** A moment as the readers have it on their clocks, with the zone. */
  readonly when: (at: number) => string;
}

type Of<Kind extends Blocker["kind"]> = Extract<Blocker, { readonly kind: Kind }>;
type Words = { readonly [Kind in Blocker["kind"]]: (blocker: Of<Kind>, telling: Telling) => Line };

/** A line for each. */
export function whyNotNowLines(blockers: readonly Blocker[], telling: Telling): readonly Line[] {
  return blockers.map((blocker) => lineFor(blocker.kind, blocker, telling));
}

function lineFor<Kind extends Blocker["kind"]>(
  kind: Kind,
  blocker: Of<Kind>,
  telling: Telling,
): Line {
  return WORDS[kind](blocker, telling);
}

/** What does it at once, whatever the rules say of updates. */
function byHand({ app, version, isRebuild }: Telling): Span {
  return { code: isRebuild ? `!deploy ${app}` : `!upgrade ${app} --to ${version}` };
}

const WORDS: Words = {
  chaos: ({ commit }, { app }) => [
    "It runs the commit ",
    { code: commit },
    ", and nothing can be called newer than that. Go back to a version: ",
    { code: `!deploy ${app} --version VERSION` },
    ".",
  ],
  unreachable: ({ server, since }, { when }) => [
    { strong: server },
    ` has not answered since ${when(since)}. It goes on when the server is back; `,
    { code: "!servers" },
    " shows what is wrong.",
  ],
  "cannot-plan": ({ problem }, { app, version }) => [
    `No plan can be made: ${problem} Look with `,
    { code: `!plan ${app} --version ${version}` },
    " once that is mended.",
  ],
  "failed-before": ({ job }, telling) => [
    "It failed in ",
    { code: `!jobs ${job}` },
    ", so it waits for a newer version. If the cause is mended, type ",
    byHand(telling),
    ".",
  ],
  skipped: ({ by }, telling) => [
    { member: by },
    " skipped this version. The next one is offered again; to take this one all the same, type ",
    byHand(telling),
    ".",
  ],
  snoozed: ({ by, until }, telling) => [
    { member: by },
    ` put it off until ${telling.when(until)}, when it is asked again. To do it before, type `,
    byHand(telling),
    ".",
  ],
  held: ({ hold: { id, target, by, reason, until } }, { when }) => [
    { strong: target },
    " is held by ",
    { member: by },
    `${until === undefined ? "" : ` until ${when(until)}`}: ${reason}. To lift it, type `,
    { code: `!unhold ${holdName(id)}` },
    ".",
  ],
  objection: ({ by, reason }) => [
    { member: by },
    ` objects${reason === undefined ? "" : `: ${reason}`}. They can take it back by reacting 👍 to the same message.`,
  ],
  "needs-people": ({ missing, whoMay }) =>
    whoMay.length === 0
      ? [
          `${people(missing)} must say yes, and nobody may. Look who may what with `,
          { code: "!roles" },
          ".",
        ]
      : [
          `${people(missing)} must say yes, from `,
          ...members(whoMay, "or"),
          ": react 👍 to its message.",
        ],
  "auto-off": (blocker, { app }) => AUTO_OFF[blocker.why](blocker, app),
  "too-young": ({ seenAt, age, until }, { when }) =>
    `It has been known since ${when(seenAt)}, and must be ${span(age)} old: until ${when(until)} (age, under updates in the config).`,
  window: ({ window, opensAt }, { when }) =>
    opensAt === undefined
      ? `Its window (${windowWords(window)}) never opens. Correct window, under updates in the config.`
      : `Its window (${windowWords(window)}) opens ${when(opensAt)}.`,
  busy: ({ job }) => [
    "Another job has the app; it goes on when that has ended. ",
    { code: `!jobs ${job}` },
    " shows it, ",
    { code: `!cancel ${job}` },
    " stops it.",
  ],
};

function people(missing: number): string {
  return counted(missing, "more person", "more people");
}

const AUTO_OFF: Readonly<
  Record<Of<"auto-off">["why"], (blocker: Of<"auto-off">, app: AppName) => Line>
> = {
  off: (_, app) => [
    `It does not go by itself: auto is none for ${app}. Whoever keeps the config can change that under updates; `,
    { code: `!config ${app} ENABLE_AUTO_UPDATE=true` },
    " does so for this app.",
  ],
  step: ({ auto }) =>
    `By itself it takes ${auto === "minor" ? "patch and minor steps" : "patch steps"} alone (auto: ${auto}), and this is none.`,
  danger: () => "It does not go by itself, since its plan is a danger: people must look at that.",
};
