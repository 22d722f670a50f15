// What an act on an app means to people: its name, what it keeps and takes, and what to type after it.
import { list, text, type Block, type Line, type Span } from "../core/doc.ts";
import type { Ending, Job } from "../core/job.ts";
import type { Act, Loss, Plan } from "../core/plan.ts";
import { counted, listed, size } from "./phrases.ts";
import { stepWords } from "./steps.ts";

const WRITING: ReadonlySet<Act> = new Set<Act>(["deploy", "upgrade", "rollback"]);

/** Whether it acts on an app as it is, and writes no version of it. */
export function isActing({ act }: Pick<Plan, "act">): boolean {
  return !WRITING.has(act);
}

const ACTS: Readonly<Record<Act, string>> = {
  deploy: "deploy",
  upgrade: "upgrade",
  rollback: "roll back",
  undeploy: "take down",
  remove: "remove for good",
  restart: "restart",
  run: "run a function in",
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

const KINDS = [
  ["volume", "volume", "volumes"],
  ["secret", "secret", "secrets"],
  ["config", "config", "configs"],
  ["env-file", "env file", "env files"],
] as const satisfies readonly (readonly [Loss["what"], string, string])[];

/** Every one of them by its name in the long form. */
export function lossBlocks(losses: readonly Loss[], form: "short" | "long"): readonly Block[] {
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
  const again = { code: plan.act === "run" ? `!run ${app} …` : `!${plan.act} ${app}` };
  if (ending.state === "succeeded") return afterGood(plan);
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

function afterGood({ act, app }: Plan): readonly Block[] {
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
