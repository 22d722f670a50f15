// What came of an errand on a server.
import { SHARED_NETWORKS } from "../core/abra.ts";
import { list, text, type Doc, type Line } from "../core/doc.ts";
import type { Survey } from "../core/ports.ts";
import type { Waste } from "../core/servers.ts";
import { counted, listed, size } from "./phrases.ts";
import { notableSkew } from "./servers.ts";
import { wasteLines } from "./servers-asked.ts";

/** The first look at a server that was added. `networks`: those of its swarm. */
export function lookDoc(server: string, survey: Survey, networks: readonly string[]): Doc {
  const todo = toDo(survey, networks);
  const disk = survey.disk === undefined ? "" : `, ${size(survey.disk.free)} of disk free`;
  const head = text([
    todo.length === 0 ? "🟢 " : "🟠 ",
    { strong: server },
    ` is reached: engine ${survey.engine}, ${size(survey.memory)} memory${disk}.`,
  ]);
  if (todo.length > 0) return [head, list(todo), text(["Then type ", { code: "!servers" }, "."])];
  return [
    head,
    text(["Type ", { code: `!deploy RECIPE DOMAIN --server ${server}` }, " to use it."]),
  ];
}

function toDo({ swarm, skew, nodes }: Survey, networks: readonly string[]): readonly Line[] {
  if (swarm !== "manager") {
    const what = swarm === "worker" ? "It is a worker of a swarm" : "It is in no swarm";
    const how: Line =
      swarm === "worker"
        ? [`${what}: add one of its managers instead.`]
        : [
            `${what}: run there `,
            { code: "docker swarm init" },
            " and ",
            { code: "docker network create -d overlay proxy" },
          ];
    return [how];
  }
  const missing = SHARED_NETWORKS.filter((name) => !networks.includes(name));
  const down = nodes.filter(({ isUp }) => !isUp).map(({ name }) => name);
  return [
    ...missing.map((name): Line => [
      `It has no network ${name}, which web apps join: run there `,
      { code: `docker network create -d overlay ${name}` },
    ]),
    ...(down.length === 0 ? [] : [`${counted(down.length, "node")} down: ${listed(down)}`]),
    ...notableSkew(skew),
  ];
}

export function lookFailedDoc(server: string, problem: string): Doc {
  return [
    text([{ strong: server }, ` is added, but moot cannot reach it yet: ${problem}`]),
    text([
      "Once that is mended, ",
      { code: "!servers" },
      " shows how it is; moot connects when it is first used.",
    ]),
  ];
}

export function pruneWaitsDoc(server: string, job: number): Doc {
  return [
    text([
      `Job ${job} runs on `,
      { strong: server },
      "; it is tidied once no job runs there. ",
      { code: `!cancel ${job}` },
      " would stop the job.",
    ]),
  ];
}

export interface Pruned {
  readonly gone: readonly Waste[];
  /** Needed by now, or kept by something moot does not see. */
  readonly stayed: readonly Waste[];
  /** Bytes; what was written meanwhile by others counts against it. */
  readonly freed: number;
}

export function prunedDoc(server: string, { gone, stayed, freed }: Pruned): Doc {
  if (gone.length === 0) {
    return [text([{ strong: server }, ": nothing was freed, since all of it is needed by now."])];
  }
  return [
    text(["🧹 ", { strong: server }, ` is tidied: ${size(Math.max(0, freed))} freed. Gone are:`]),
    list(wasteLines(gone)),
    ...(stayed.length === 0
      ? []
      : [text("Needed by now, and so left alone:"), list(wasteLines(stayed))]),
  ];
}

export function pruneFailedDoc(server: string, problem: string): Doc {
  return [
    text([{ strong: server }, ` could not be tidied to the end: ${problem}`]),
    text([
      "What was removed until then is gone. Type ",
      { code: `!servers prune ${server}` },
      " to see what is left.",
    ]),
  ];
}

export function nothingToPruneDoc(server: string): Doc {
  return [
    text([
      "There is nothing to free on ",
      { strong: server },
      ": all of it is in use, or kept so that an app can go back.",
    ]),
  ];
}
