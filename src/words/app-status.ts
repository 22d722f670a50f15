// One app in depth: what runs of it, where, from what, what it has on the server, and what people are about with it.
import type { Approval } from "../core/approval.ts";
import type { Backup } from "../core/backup.ts";
import type { Drill } from "../core/drill.ts";
import type { AppDepth, AppSight } from "../core/command.ts";
import { list, table, text, type Block, type Doc, type Line } from "../core/doc.ts";
import type { Job } from "../core/job.ts";
import { failuresIn } from "../core/restarts.ts";
import type { KnownTask } from "../core/sighting.ts";
import { findAstray, type Astray } from "../core/volumes.ts";
import { approvalName, proposalWords } from "./approvals.ts";
import { lastGoodLine } from "./backups.ts";
import { proofWords } from "./drills.ts";
import { SIGNS } from "./jobs.ts";
import { listed, moment, size } from "./phrases.ts";
import { condition } from "./status.ts";
import { replicas, restarts, tasksBlocks } from "./tasks.ts";

export interface KnownApp {
  readonly app: AppSight;
  readonly tasks: readonly KnownTask[];
  /** Absent when the server could not be asked. */
  readonly depth?: AppDepth;
  readonly lastJob?: Job;
  readonly approvals: readonly Approval[];
  /** The last good one. */
  readonly backup?: Backup;
  /** The newest drill that went well. */
  readonly proof?: Drill;
}

export function appStatusDoc(known: KnownApp, now: number): Doc {
  const { app, tasks, depth, lastJob, approvals, backup, proof } = known;
  return [
    text(headLine(app, depth)),
    ...servicesBlocks(known, now),
    ...tasksBlocks(tasks, now),
    ...(depth === undefined ? [] : [...volumeBlocks(depth, tasks), ...secretBlocks(depth)]),
    ...(lastJob === undefined ? [] : [text(jobLine(lastJob))]),
    text(["Backup: ", ...lastGoodLine(backup, now), ` ${proofWords(proof, now)}`]),
    ...approvals.map((one) =>
      text([`Open: ${approvalName(one.id)} asks to `, ...proposalWords(one.proposal), "."]),
    ),
  ];
}

function headLine(app: AppSight, depth: AppDepth | undefined): Line {
  const { file, recipe, deployed, pinned } = app;
  if (app.services.length === 0 && app.problem === undefined) return downLine(app);
  const isOther = pinned !== undefined && pinned !== deployed;
  const chaos = depth?.chaos;
  return [
    { strong: file.app },
    ` on ${file.server}: recipe ${recipe}, `,
    runningWords(app, chaos),
    isOther && chaos === undefined ? ` (the env file says ${pinned})` : "",
    `, ${condition(app)}.`,
  ];
}

function downLine({ file, recipe, pinned }: AppSight): Line {
  return [
    { strong: file.app },
    ` on ${file.server}: recipe ${recipe}, not deployed`,
    pinned === undefined ? "." : `; the env file says version ${pinned}.`,
  ];
}

function runningWords({ deployed, services }: AppSight, chaos: string | undefined): string {
  if (chaos !== undefined) return `commit ${chaos}, which is no published version`;
  if (deployed !== undefined) return `version ${deployed}`;
  return services.length === 0 ? "version unknown" : "deployed without a version";
}

function servicesBlocks({ app, tasks, depth }: KnownApp, now: number): readonly Block[] {
  if (app.services.length === 0) return [];
  const rows = app.services.map((one) => [
    one.service,
    imageWords(one.image, depth?.digests[one.service]),
    replicas(one),
    one.updateState ?? "",
    restarts(failuresIn(one.service, tasks, now)),
    listed(nodesOf(one.service, tasks)),
  ]);
  return [table(["service", "image", "running", "update", "failed in 1 h", "node"], rows)];
}

/** `wiki:2 (4f1c0ffee123)`: enough of the digest to compare. */
function imageWords(image: string, digest: string | undefined): string {
  const [name = image, inline] = image.split("@");
  const known = digest ?? inline;
  return known === undefined ? name : `${name} (${known.replace("sha256:", "").slice(0, 12)})`;
}

function nodesOf(service: string, tasks: readonly KnownTask[]): readonly string[] {
  const running = tasks.filter((task) => task.service === service && task.state === "running");
  return [...new Set(running.flatMap(({ node }) => node ?? []))].toSorted();
}

function volumeBlocks(depth: AppDepth, tasks: readonly KnownTask[]): readonly Block[] {
  const { volumes, volumesProblem } = depth;
  const problem =
    volumesProblem === undefined ? [] : [text(`Its volumes cannot be told: ${volumesProblem}`)];
  const rows = volumes.map(({ name, node, bytes }) => [
    name,
    bytes === undefined ? "" : size(bytes),
    node,
  ]);
  return [
    ...(rows.length === 0 ? [] : [table(["volume", "size", "node"], rows)]),
    ...problem,
    ...findAstray(tasks, volumes).map((one) => text(astrayLine(one))),
  ];
}

function astrayLine({ service, runsOn, volume, left }: Astray): Line {
  const where = listed(left.map(({ node }) => node));
  return [
    { strong: service },
    ` runs on ${listed(runsOn)}, but a volume `,
    { code: volume },
    ` is on ${where}, where no task of it runs: swarm moved the task and not its data.`,
  ];
}

function secretBlocks({ secrets: { used, missing, unused } }: AppDepth): readonly Block[] {
  const lines: readonly Line[] = [
    ...(used.length === 0 ? [] : [`on the server and used: ${listed(used)}`]),
    ...(missing.length === 0 ? [] : [`missing: ${listed(missing)}`]),
    ...(unused.length === 0 ? [] : [`on the server and not used: ${listed(unused)}`]),
  ];
  return lines.length === 0 ? [] : [text("Secrets:"), list(lines)];
}

function jobLine({ id, verb, state, by, ending, endedAt }: Job): Line {
  const when = endedAt === undefined ? "" : ` ${moment(endedAt)}`;
  const problem = ending?.problem;
  return [
    `${SIGNS[state]} Last job ${id}: ${verb} ${state}${when}, by `,
    { member: by },
    problem === undefined ? "." : `; it stopped at "${problem.step}": ${problem.text} `,
    ...(problem === undefined ? [] : [{ code: `!jobs ${id}` }]),
  ];
}
