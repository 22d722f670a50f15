// A plan as people read it before they agree: what happens to what, what it risks, and in which steps.
import { list, text, type Block, type Doc, type Line } from "../core/doc.ts";
import type { Plan, VersionStep } from "../core/plan.ts";
import type { ServiceChange } from "../core/service-change.ts";
import { envChanges } from "../core/envedit.ts";
import { parseEnv } from "../core/envfile.ts";
import { changeWords } from "./changes.ts";
import { dangerWords } from "./dangers.ts";

import { actBlocks, isActing, isIdle } from "./acts.ts";
import { newKeyBlocks, noteBlocks } from "./release-notes.ts";
import { counted, listed } from "./phrases.ts";
import { stepWords } from "./steps.ts";
import { warningLine } from "./warnings.ts";

/** `short` says what restarts and what it risks; `long` adds every change, what stays, and the steps. */
export function planDoc(plan: Plan, form: "short" | "long" = "long"): Doc {
  const services = form === "short" ? shortServices(plan) : longServices(plan);
  return [
    text(headLine(plan)),
    ...(isIdle(plan) ? [] : services),
    ...actBlocks(plan, form),
    ...envBlocks(plan),
    ...secretsToMake(plan),
    ...noteBlocks(plan, form),
    ...newKeyBlocks(plan, form),
    ...risks(plan),
    ...warnings(plan, form),
    ...(form === "short" || isIdle(plan) ? [] : stepBlocks(plan)),
  ];
}

/** Why more people must agree: each danger, or that what runs would change. */
export function dangerLines({ dangers, tier }: Plan): readonly string[] {
  if (dangers.length > 0) return dangers.map(dangerWords);
  return tier === "change" ? ["it changes what runs"] : [];
}

function headLine(plan: Plan): Line {
  const { app, server, recipe, isNew } = plan;
  const head: Line = [
    isNew ? "A new app, " : "",
    { strong: app },
    ` on ${server}, recipe ${recipe}, ${versionWords(plan)}.`,
  ];
  return isIdle(plan) ? [...head, " Nothing would change: all of it is as wanted."] : head;
}

function stepBlocks({ steps, back, release }: Plan): readonly Block[] {
  const way = back === undefined ? [] : [text(wayBackWords(back.version))];
  return [text("Steps:"), list(steps.map(stepWords)), ...releaseBlocks(steps, release), ...way];
}

/** Of a backup that holds nothing there is nothing to say. */
function releaseBlocks(steps: Plan["steps"], release: Plan["release"]): readonly Block[] {
  const held = (release?.steps ?? []).filter(({ kind }) => kind !== "abandon-save");
  if (release === undefined || held.length === 0) return [];
  const isWhole = held.some(({ kind }) => kind === "undo-restore" || kind === "take-down-scratch");
  const led = steps.slice(release.from, release.until + 1);
  const part = led.some(({ kind }) => kind === "save") ? "the backup" : "putting the data back";
  const what = isWhole ? "any of it" : part;
  return [text(`If ${what} fails or is stopped: ${listed(held.map(stepWords))}.`)];
}

function wayBackWords(version: string): Line {
  return `If a service does not come up, all of them are put back to version ${version} together.`;
}

function versionWords(plan: Plan): string {
  const { from, to, step } = plan.version;
  if (to === "") return "version unknown";
  if (step === "same") return `version ${to}${isActing(plan) ? "" : " as now"}`;
  if (step === "chaos") {
    return `commit ${to}, which is no published version${from === undefined ? "" : ` (now ${from})`}`;
  }
  if (from === undefined) {
    return `version ${to}${step === "first" ? "" : " (what runs now carries no version)"}`;
  }
  const isWithData = step === "older" && plan.steps.some(({ kind }) => kind === "restore-volumes");
  return `version ${from} → ${to} (${isWithData ? "a step back, with its data" : STEPS[step]})`;
}

const STEPS: Readonly<Record<Exclude<VersionStep, "same" | "chaos">, string>> = {
  first: "its first",
  patch: "a patch step",
  minor: "a minor step",
  major: "a major step",
  older: "a step back; data are not put back",
  unknown: "the two cannot be compared",
};

const FATES: readonly (readonly [ServiceChange["fate"], string])[] = [
  ["starts", "Starts"],
  ["restarts", "Restarts"],
  ["keeps", "Changes without a restart"],
  ["removed", "Is removed (its volumes stay)"],
  ["unchanged", "Stays as it is"],
];

function shortServices(plan: Plan): readonly Block[] {
  const lines = FATES.flatMap(([fate, words]): readonly Line[] => {
    const names = named(plan, fate);
    return names.length === 0 ? [] : [`${words}: ${listed(names)}.`];
  });
  return lines.length === 0 ? [] : [list(lines)];
}

function longServices(plan: Plan): readonly Block[] {
  return FATES.flatMap(([fate, words]) => {
    if (fate === "unchanged" || fate === "removed") {
      const names = named(plan, fate);
      return names.length === 0 ? [] : [text(`${words}: ${listed(names)}.`)];
    }
    return plan.services
      .filter((service) => service.fate === fate)
      .flatMap((service) => oneService(plan, service, words));
  });
}

function oneService(
  plan: Plan,
  { service, fate, changes }: ServiceChange,
  words: string,
): readonly Block[] {
  const head = text([`${words}: `, { strong: service }]);
  const lines = fate === "starts" ? startLines(plan, service) : changes.map(changeWords);
  return lines.length === 0 ? [head] : [head, list(lines)];
}

function startLines({ steps }: Plan, name: string): readonly Line[] {
  const written = steps.find((step) => step.kind === "deploy-stack")?.desired;
  const service = written?.services.find((one) => one.name === name);
  return service === undefined ? [] : [["image ", { code: service.image }]];
}

function named({ services }: Plan, fate: ServiceChange["fate"]): readonly string[] {
  return services.filter((service) => service.fate === fate).map(({ service }) => service);
}

/** What the file says otherwise from then on; of a new app all of it is new. */
function envBlocks({ steps }: Plan): readonly Block[] {
  const write = steps.find((step) => step.kind === "write-env" || step.kind === "move-env");
  if (write?.before === undefined) return [];
  const [before, after] = [parseEnv(write.before), parseEnv(write.text)];
  if (before.kind === "problem" || after.kind === "problem") return [];
  const lines = envChanges(before, after).map((change) => changeWords({ what: "env", ...change }));
  return lines.length === 0 ? [] : [text("In the env file:"), list(lines)];
}

function secretsToMake({ secretsToMake: names }: Plan): readonly Block[] {
  if (names.length === 0) return [];
  const words = counted(names.length, "secret");
  return [text(`${words} will be made on the server, where the value stays: ${listed(names)}.`)];
}

function risks(plan: Plan): readonly Block[] {
  if (plan.tier !== "danger") return [];
  const head = text([{ strong: "Danger" }, ", so more people may have to agree:"]);
  return [head, list(dangerLines(plan))];
}

function warnings(plan: Plan, form: "short" | "long"): readonly Block[] {
  const lines = plan.warnings.map(warningLine);
  if (lines.length === 0) return [];
  if (form === "long") return [text("Please note:"), list(lines)];
  const kept = lines.slice(0, 3);
  const left = lines.length - kept.length;
  return [
    text("Please note:"),
    list(left === 0 ? kept : [...kept, `and ${left} more: !plan ${plan.app}`]),
  ];
}
