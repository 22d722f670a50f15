// Reads the YAML that `docker stack config` writes, so exactly that no value changes its meaning on the way.
import { parseDocument, type Document } from "yaml";
import { z } from "zod";
import type { ComposeModel } from "../core/compose-model.ts";

/** A plain `null`, the only scalar that is not its own text. */
const plainNull = {
  tag: "tag:yaml.org,2002:null",
  default: true,
  test: /^(?:null|~)?$/,
  resolve: () => null,
  identify: (value: unknown) => value === null,
  stringify: () => "null",
} as const;

/**
 * Go and this parser disagree on what is a number (`0o17`), a truth (`yes`) or a date. So every scalar is read as the text it
 * is, and only the schema below makes numbers of some. `merge`: whether `<<` takes over another map's keys, which only what
 * people write still has.
 */
export function readYaml(text: string, { merge = false } = {}): Document.Parsed {
  const customTags = [plainNull];
  return parseDocument(text, { schema: "failsafe", customTags, uniqueKeys: true, merge });
}

const words = z.array(z.string());
const pairs = z.record(z.string(), z.string());
const flag = z.enum(["true", "false"]).transform((text) => text === "true");
const number = z
  .string()
  .regex(/^-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?$/)
  .transform(Number);
/** Old files name an external object inside `external`. */
const external = z.union([flag, z.object({ name: z.string() }).transform(() => true)]);

const object = z.object({ name: z.string(), external, file: z.string() }).partial();
const volume = z
  .object({ name: z.string(), external, driver: z.string(), driver_opts: pairs, labels: pairs })
  .partial();

const health = z
  .object({
    test: words,
    interval: z.string(),
    timeout: z.string(),
    start_period: z.string(),
    start_interval: z.string(),
    retries: number,
    disable: flag,
  })
  .partial();
const port = z
  .object({ mode: z.string(), target: number, published: number, protocol: z.string() })
  .partial();
const mount = z
  .object({
    type: z.string(),
    source: z.string(),
    target: z.string(),
    read_only: flag,
    consistency: z.string(),
    bind: z.object({ propagation: z.string() }).partial(),
    volume: z.object({ nocopy: flag, subpath: z.string() }).partial(),
    tmpfs: z.object({ size: number }).partial(),
  })
  .partial();
const file = z
  .object({ target: z.string(), uid: z.string(), gid: z.string(), mode: number })
  .partial()
  .extend({ source: z.string() });

const update = z
  .object({
    parallelism: number,
    delay: z.string(),
    failure_action: z.string(),
    monitor: z.string(),
    max_failure_ratio: number,
    order: z.string(),
  })
  .partial();
const generic = z.object({
  discrete_resource_spec: z.object({ kind: z.string(), value: number }).partial().optional(),
});
const resources = z
  .object({ cpus: z.string(), memory: number, pids: number, generic_resources: z.array(generic) })
  .partial();
const restart = z
  .object({ condition: z.string(), delay: z.string(), max_attempts: number, window: z.string() })
  .partial();
const deploy = z
  .object({
    mode: z.string(),
    replicas: number,
    labels: pairs,
    endpoint_mode: z.string(),
    update_config: update,
    rollback_config: update,
    resources: z.object({ limits: resources, reservations: resources }).partial(),
    restart_policy: restart,
    placement: z
      .object({
        constraints: words,
        preferences: z.array(z.object({ spread: z.string() }).partial()),
        max_replicas_per_node: number,
      })
      .partial(),
  })
  .partial();

const service = z
  .object({
    image: z.string(),
    entrypoint: words,
    command: words,
    environment: z.record(z.string(), z.string().nullable()),
    env_file: words,
    labels: pairs,
    hostname: z.string(),
    working_dir: z.string(),
    user: z.string(),
    init: flag,
    tty: flag,
    stdin_open: flag,
    read_only: flag,
    stop_signal: z.string(),
    stop_grace_period: z.string(),
    isolation: z.string(),
    oom_score_adj: number,
    restart: z.string(),
    cap_add: words,
    cap_drop: words,
    sysctls: pairs,
    ulimits: z.record(
      z.string(),
      z.union([number, z.object({ soft: number, hard: number }).partial()]),
    ),
    dns: words,
    dns_search: words,
    extra_hosts: words,
    healthcheck: health,
    logging: z.object({ driver: z.string(), options: pairs }).partial(),
    networks: z.record(
      z.string(),
      z.object({ aliases: words, driver_opts: pairs }).partial().nullable(),
    ),
    ports: z.array(port),
    volumes: z.array(mount),
    secrets: z.array(file),
    configs: z.array(file),
    deploy,
  })
  .partial();

const objects = z.record(z.string(), object);
const model = z.object({
  services: z.record(z.string(), service),
  networks: objects.optional(),
  volumes: z.record(z.string(), volume).optional(),
  secrets: objects.optional(),
  configs: objects.optional(),
});

/** A file that `docker stack config` wrote and this cannot read is a bug. */
export function readModel(document: Document.Parsed): ComposeModel {
  return model.parse(document.toJS());
}
