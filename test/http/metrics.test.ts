// What moot exports is what its manual and its board say, in a form that Prometheus reads.
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { z } from "zod";
import { exposition, METRICS } from "../../src/http/metrics.ts";
import { FULL } from "./sample-readings.ts";

const NAMES = METRICS.map(({ name }) => name);

test("every line is of the text form, and every metric has its help, its type and its labels", async () => {
  const { text } = await exposition(FULL);
  expect(text.endsWith("\n")).toBe(true);
  const seen = new Map<string, { help?: string; type?: string; labels: string[] }>();
  for (const line of text.split("\n").filter((one) => one !== "")) {
    const {
      what,
      name = "",
      rest = "",
    } = /^# (?<what>HELP|TYPE) (?<name>\w+) (?<rest>.+)$/.exec(line)?.groups ?? {};
    if (what === "HELP") seen.set(name, { help: rest, labels: [] });
    else if (what === "TYPE") Object.assign(seen.get(name) ?? {}, { type: rest });
    else readSample(line, seen);
  }
  expect([...seen.keys()].toSorted()).toEqual(NAMES.toSorted());
  for (const { name, help, type, labels } of METRICS)
    expect(seen.get(name)).toEqual({ help, type, labels: [...labels].toSorted() });
});

function readSample(line: string, seen: Map<string, { labels: string[] }>): void {
  const { name = "", labels = "" } =
    /^(?<name>[a-z_]+)(?:\{(?<labels>(?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)+)\})? -?\d+(?:\.\d+)?$/.exec(
      line,
    )?.groups ?? {};
  const metric = seen.get(name);
  if (metric === undefined) throw new Error(`no sample, or before its help: ${line}`);
  metric.labels = Array.from(labels.matchAll(/([a-z_]+)="/g), ([, label = ""]) => label).toSorted();
}

test("the numbers are those that were read", async () => {
  const { text } = await exposition(FULL);
  const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  expect(samples).toEqual([
    String.raw`moot_info{version="1.0 \"odd\"\\"} 1`,
    'moot_sync_age_seconds{account="@moot:example.coop"} 12.5',
    'moot_jobs_ended_total{ending="succeeded"} 40',
    'moot_jobs_ended_total{ending="failed"} 3',
    'moot_jobs_ended_total{ending="cancelled"} 0',
    'moot_jobs_ended_total{ending="interrupted"} 1',
    "moot_jobs_queued 2",
    "moot_jobs_running 1",
    "moot_approvals_open 4",
    "moot_outbox_waiting 5",
    'moot_server_reachable{server="alpha.example.coop"} 1',
    'moot_server_reachable{server="beta.example.coop"} 0',
    'moot_server_disk_free_bytes{server="alpha.example.coop"} 30000000000',
    'moot_server_disk_size_bytes{server="alpha.example.coop"} 40000000000',
    'moot_app_versions_behind{server="alpha.example.coop",app="wiki.example.coop"} 2',
    'moot_updates{state="announced"} 3',
    'moot_backup_age_seconds{server="alpha.example.coop",app="wiki.example.coop"} 86400',
  ]);
});

test("what is not known is not exported, and nothing lingers from one reading to the next", async () => {
  await exposition(FULL);
  const { version, jobs, approvals, outbox } = FULL;
  const [server] = FULL.servers.map(({ server: name }) => ({ server: name }));
  const servers = server === undefined ? [] : [server];
  const { text } = await exposition({
    ...{ version, jobs, approvals, outbox, servers },
    syncs: [],
    apps: [],
  });
  for (const name of ["sync_", "server_", "app_", "updates", "backup_"])
    expect(text).not.toContain(`moot_${name}`);
  expect(text).toContain("moot_jobs_queued 2\n");
});

/** The rows of the manual's table: name, type and labels. */
async function documented(): Promise<readonly (readonly string[])[]> {
  const page = await readFile("docs/metrics.md", "utf8");
  return Array.from(page.matchAll(/^\| `(moot_\w+)` *\| (\w+) *\| ([^|]*?) *\|/gm), (row) =>
    row.slice(1),
  );
}

test("the manual has every metric with its type and labels, and no other", async () => {
  const exported = METRICS.map(({ name, type, labels }) => {
    const said = labels.map((label) => `\`${label}\``).join(", ");
    return [name, type, said];
  });
  expect(await documented()).toEqual(exported);
});

test("every metric that the manual's examples name is exported", async () => {
  const page = await readFile("docs/metrics.md", "utf8");
  const [, examples = ""] = page.split("\n## Alerts\n");
  expect(examples).toContain("expr:");
  expect(NAMES).toEqual(expect.arrayContaining(namesIn(examples)));
});

const board = z.object({
  panels: z.array(
    z.object({
      title: z.string(),
      targets: z.array(z.object({ expr: z.string() })).default([]),
    }),
  ),
});

test("the board shows every metric, and asks for none that is not exported", async () => {
  const text = await readFile("docs/grafana/moot.json", "utf8");
  const { panels } = board.parse(JSON.parse(text));
  const asked = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => namesIn(expr)));
  expect([...new Set(asked)].toSorted()).toEqual(NAMES.toSorted());
});

test("the board groups and filters by labels that its metrics have", async () => {
  const text = await readFile("docs/grafana/moot.json", "utf8");
  const { panels } = board.parse(JSON.parse(text));
  for (const { expr } of panels.flatMap(({ targets }) => targets)) {
    const metrics = METRICS.filter(({ name }) => namesIn(expr).includes(name));
    const known = ["instance", "job", ...metrics.flatMap(({ labels }) => labels)];
    const used = Array.from(expr.matchAll(/(?:by|on|without) ?\(([^)]*)\)|(\w+) ?=~?"/g), (found) =>
      (found[1] ?? found[2] ?? "").split(/ *, */),
    ).flat();
    expect(known).toEqual(expect.arrayContaining(used));
  }
});

function namesIn(text: string): string[] {
  return text.match(/\bmoot_\w+/g) ?? [];
}
