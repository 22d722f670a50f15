// How the servers are.
import type { Certificates } from "../core/certificates.ts";
import type { ServerSight } from "../core/command.ts";
import { list, table, text, type Doc, type Line } from "../core/doc.ts";
import type { Survey } from "../core/ports.ts";
import { counted, firstOf, moment, size } from "./phrases.ts";

const NOTABLE_SKEW = 5_000;
const MOST_DOMAINS = 5;
/** Below a tenth, pulls begin to fail. */
const LITTLE_DISK = 0.1;

export function serversDoc(servers: readonly ServerSight[], now: number): Doc {
  if (servers.length === 0) {
    return [
      text([
        "No server is open to you. They stand under servers: in moot's config, or are added with ",
        { code: "!servers add NAME SSH-ADDRESS" },
        ".",
      ]),
    ];
  }
  const certificates = servers.flatMap((one) => certificateLines(one, now));
  return [
    table(
      ["", "server", "apps", "engine", "swarm", "memory", "free disk", "remarks"],
      servers.map(row),
    ),
    ...(certificates.length === 0 ? [] : [text("Certificates:"), list(certificates)]),
  ];
}

function row({ server, survey, problem, apps }: ServerSight): readonly string[] {
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
    remarks(survey, server),
  ];
}

function swarmWords(survey: Survey): string {
  if (survey.swarm === "none") return "no swarm: run docker swarm init there";
  if (survey.swarm === "worker") return "worker: use one of its managers";
  return `manager, ${counted(survey.nodes.length, "node")}`;
}

function remarks({ nodes, skew, disk }: Survey, server: string): string {
  const isLittle = disk !== undefined && disk.free < disk.total * LITTLE_DISK;
  return [
    ...nodes.flatMap(nodeWords),
    ...notableSkew(skew),
    ...(isLittle ? [`little disk is left: !servers prune ${server}`] : []),
  ].join("; ");
}

function nodeWords({ name, isUp, availability }: Survey["nodes"][number]): readonly string[] {
  if (!isUp) return [`node ${name} is down`];
  if (availability === "drain") return [`node ${name} is drained: it runs no task`];
  return availability === "pause" ? [`node ${name} is paused: it takes no new task`] : [];
}

/** One phrase where the clock is off, else none. */
export function notableSkew(skew: number): readonly string[] {
  if (Math.abs(skew) <= NOTABLE_SKEW) return [];
  return [`its clock is ${Math.round(skew / 1000)} s off`];
}

function certificateLines({ server, certificates }: ServerSight, now: number): readonly Line[] {
  if (certificates === undefined) return [];
  const lines = [...endingLines(certificates, now), ...doubtLines(certificates)];
  const good = certificates.seen - certificates.ending.length;
  const fine = good === 0 ? [] : [`${good} good for 14 days and more`];
  const all = [...lines, ...fine];
  return all.length === 0 ? [] : [`${server}: ${all.join("; ")}`];
}

function endingLines({ ending }: Certificates, now: number): readonly string[] {
  return ending.map(({ domain, until }) =>
    until <= now
      ? `⚠️ that of ${domain} ended ${moment(until)}`
      : `⚠️ that of ${domain} ends ${moment(until)}`,
  );
}

function doubtLines({ without, silent, problem, left }: Certificates): readonly string[] {
  return [
    ...(without.length === 0
      ? []
      : [`no certificate of their own: ${firstOf(without, MOST_DOMAINS)}`]),
    ...(silent.length === 0
      ? []
      : [`could not be asked: ${firstOf(silent, MOST_DOMAINS)} (${problem ?? "no answer"})`]),
    ...(left === 0 ? [] : [`${counted(left, "more domain")} not asked`]),
  ];
}
