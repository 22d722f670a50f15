// How the servers are.
import { table, text, type Doc } from "../core/doc.ts";
import type { Survey } from "../core/ports.ts";
import { counted, size } from "./phrases.ts";

const NOTABLE_SKEW = 5_000;

export interface ServerLine {
  readonly server: string;
  readonly survey?: Survey;
  readonly problem?: string;
  readonly apps: number;
}

export function serversDoc(servers: readonly ServerLine[]): Doc {
  if (servers.length === 0)
    return [text("No server is open to you. They are listed under servers: in moot's config.")];
  return [
    table(
      ["", "server", "apps", "engine", "swarm", "memory", "free disk", "remarks"],
      servers.map(row),
    ),
  ];
}

function row({ server, survey, problem, apps }: ServerLine): readonly string[] {
  if (survey === undefined)
    return ["🔴", server, String(apps), "", "", "", "", problem ?? "does not answer"];
  return [
    survey.swarm === "manager" ? "🟢" : "🔴",
    server,
    String(apps),
    survey.engine,
    swarmWords(survey),
    size(survey.memory),
    survey.disk === undefined ? "" : `${size(survey.disk.free)} of ${size(survey.disk.total)}`,
    remarks(survey),
  ];
}

function swarmWords(survey: Survey): string {
  if (survey.swarm === "none") return "no swarm: run docker swarm init there";
  return `${survey.swarm}, ${counted(survey.nodes.length, "node")}`;
}

const UNFIT: Readonly<Record<string, string>> = {
  drain: "is drained: it runs no task",
  pause: "is paused: it takes no new task",
};

function remarks(survey: Survey): string {
  const unfit = survey.nodes.flatMap(({ name, isUp, availability }) => {
    if (!isUp) return [`node ${name} is down`];
    return availability === "active" ? [] : [`node ${name} ${UNFIT[availability] ?? availability}`];
  });
  const skew =
    Math.abs(survey.skew) > NOTABLE_SKEW
      ? [`its clock is ${Math.round(survey.skew / 1000)} s off`]
      : [];
  return [...unfit, ...skew].join("; ");
}
