// What an act on an app means to people: its name, what it keeps and takes, and what to type after it.
import { list, text, type Block, type Line, type Span } from "../core/doc.ts";
import type { Ending, Job } from "../core/job.ts";
import type { Act, Loss, Plan } from "../core/plan.ts";
import { counted, listed, shortId, size } from "./phrases.ts";
import { afterRebuild } from "./restores.ts";
import { stepWords } from "./steps.ts";

const WRITING: ReadonlySet<Act> = new Set<Act>(["deploy", "upgrade", "rollback"]);

/** Whether it acts on an app as it is, and writes no version of it. */
export function isActing({ act }: Pick<Plan, "act">): boolean {
  return !WRITING.has(act);
}

/** Whether nothing would be done. A backup or a drill changes nothing that runs, and is something to do all the same. */
export function isIdle({ tier, act }: Pick<Plan, "tier" | "act">): boolean {
  return tier === "routine" && act !== "backup" && act !== "drill";
}

const ACTS: Readonly<Record<Act, string>> = {
  deploy: "deploy",
  upgrade: "upgrade",
  rollback: "roll back",
  undeploy: "take down",
  remove: "remove for good",
  restart: "restart",
  backup: "back up",
  restore: "restore the data of",
  drill: "try the newest backup of",
  run: "run a function in",
  move: "move",
  config: "change the env file of",
  "secret-generate": "make secrets of",
  "secret-rotate": "replace a secret of",
  "secret-remove": "remove a secret of",
  "secret-insert": "insert a secret of",
  settle: "destroy what its move left behind of",
};

/** As it follows on "asks to". */
export function actWords(plan: Plan): readonly Span[] {
  const { act, app, server, version, services } = plan;
  const whole = [`${ACTS[act]} `, { strong: app }, ` on ${server}`];
  if (!isActing(plan)) return [...whole, `, version ${version.to}`];
  if (act === "run")
    return [`${listed(plan.steps.map(stepWords))} of `, { strong: app }, ` on ${server}`];
  const restarted = services.filter(({ fate }) => fate === "restarts");
  if (act === "restart" && restarted.length < services.length)
    return ["restart ", listed(restarted.map(({ service }) => service)), " of ", ...whole.slice(1)];
  return whole;
}

/** What the act leaves, or what it takes for good. */
export function actBlocks(plan: Plan, form: "short" | "long"): readonly Block[] {
  const { act, app, version } = plan;
  if (act === "undeploy") return [text(keptLine(app, version.to))];
  if (act === "move") return [text(moveLine(plan))];
  return plan.losses.length === 0 ? [] : lossBlocks(plan.losses, form);
}

function keptLine(app: string, version: string): Line {
  const file = version === "" ? "its env file" : `its env file with version ${version} pinned`;
  return [
    `Its volumes and secrets stay on the server, and ${file}. `,
    { code: `!deploy ${app}` },
    " brings it back as it was.",
  ];
}

function moveLine({ app, server, scope }: Plan): Line {
  const from = scope.from ?? "";
  return [
    `It goes from ${from} to ${server}. What it had on ${from} stays there, stopped; `,
    { code: `!move ${app} --done` },
    " destroys it once you are content.",
  ];
}

const KINDS = [
  ["volume", "volume", "volumes"],
  ["secret", "secret", "secrets"],
  ["config", "config", "configs"],
  ["env-file", "env file", "env files"],
] as const satisfies readonly (readonly [Loss["what"], string, string])[];

/** Every one of them by its name in the long form. */
function lossBlocks(losses: readonly Loss[], form: "short" | "long"): readonly Block[] {
  const counts = KINDS.flatMap(([what, one, many]) => {
    const count = losses.filter((loss) => loss.what === what).length;
    return count === 0 ? [] : [counted(count, one, many)];
  });
  const bytes = losses.reduce((sum, loss) => sum + (loss.bytes ?? 0), 0);
  const head = text([
    { strong: "Destroyed for good" },
    `: ${listed(counts)}, ${size(bytes)} in all as far as is known. Nothing brings it back but a backup.`,
  ]);
  return form === "short" ? [head] : [head, list(losses.map(lossLine))];
}

function lossLine({ what, name, bytes, node }: Loss): Line {
  const facts = [
    ...(bytes === undefined ? [] : [size(bytes)]),
    ...(node === undefined ? [] : [node]),
  ];
  const more = facts.length === 0 ? "" : ` (${facts.join(", ")})`;
  return [`${what === "env-file" ? "env file" : what} `, { code: name }, more];
}

/** What to type when an act has ended. */
export function actNext(job: Job, ending: Ending): readonly Block[] {
  const { app, plan } = job;
  if (plan.act === "move" && ending.state !== "succeeded") return afterMove(job, ending);
  const rebuilds = plan.dangers.find(({ kind }) => kind === "rebuilds");
  if (rebuilds?.kind === "rebuilds" && ending.state !== "succeeded")
    return afterRebuild(job, ending, rebuilds);
  const again = { code: againWords(job) };
  if (ending.state === "succeeded") return afterGood(plan, ending);
  if (plan.act === "run") return afterRun(job, ending);
  if (ending.state === "failed") {
    return [text(["Next: mend what it names, then type ", again, " again."])];
  }
  return [
    text([
      "Next: ",
      { code: `!status ${app}` },
      " shows how it is now; ",
      again,
      " does the rest.",
    ]),
  ];
}

/** How it was typed, but for words that no plan keeps. */
function againWords({ verb, app, plan: { act } }: Job): string {
  if (act === "settle") return `!move ${app} --done`;
  return act === verb && act !== "run" ? `!${verb} ${app}` : `!${verb} ${app} …`;
}

function afterMove({ app, server, plan }: Job, { back, problem }: Ending): readonly Block[] {
  const there = { code: `!move ${app} ${server}` };
  const look = { code: `!status ${app}` };
  const from = plan.scope.from ?? "";
  if (back?.isWhole === true)
    return [text([`It runs on ${from} again. Next: `, there, " tries once more."])];
  const watched = plan.steps.findIndex(({ kind }) => kind === "watch");
  const at = plan.steps.findIndex((step) => stepWords(step) === problem?.step);
  if (at > watched) {
    const done = { code: `!move ${app} --done` };
    return [
      text([
        `It runs on ${server}; what it had on ${from} is still there. Next: `,
        look,
        " shows how it is; ",
        done,
        " destroys the old side once you are content.",
      ]),
    ];
  }
  return [
    text([
      "Next: ",
      look,
      ` shows where it runs and how. The volumes and secrets it had on ${from} are still there: moot destroys none of them before `,
      { code: `!move ${app} --done` },
      ".",
    ]),
  ];
}

function afterGood({ act, app }: Plan, ending: Ending): readonly Block[] {
  if (act === "restore") return afterRestore(app, ending);
  if (act === "move") {
    const done = { code: `!move ${app} --done` };
    return [text(["Look whether all is there, then type ", done, " to destroy the old side."])];
  }
  if (act !== "undeploy") return [];
  return [
    text([
      "Its data stay. Next: ",
      { code: `!deploy ${app}` },
      " brings it back, ",
      { code: `!remove ${app}` },
      " destroys what is left.",
    ]),
  ];
}

function afterRestore(app: string, { parts = [] }: Ending): readonly Block[] {
  const [safety] = parts;
  if (safety === undefined) return [];
  const back = { code: `!restore ${app} ${shortId(safety.snapshot)}` };
  return [text(["What was there before is in the safety snapshot: ", back, " brings it back."])];
}

function afterRun({ app }: Job, { state }: Ending): readonly Block[] {
  const look = { code: `!ps ${app}` };
  return state === "failed"
    ? [text(["Next: read what it said; ", look, " shows how its services are."])]
    : [
        text([
          "Next: look yourself how far it came before you run it again; ",
          look,
          " shows how its services are.",
        ]),
      ];
}
