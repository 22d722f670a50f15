// Laws that every plan keeps, whatever the stack.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, isRecord } from "../../src/core/canonical-json.ts";
import { planStack } from "../../src/core/planning.ts";
import type { PlanInput } from "../../src/core/planning-input.ts";
import type { ServiceState, StackState } from "../../src/core/state.ts";
import {
  actual,
  digest,
  MAKING,
  planInput,
  rendered,
  secret,
  service,
  STACK,
  stackState,
} from "./planning-input.ts";

// Stacks are large; forty of them leave no corner out.
const RUNS = { numRuns: 40 };

const key = fc.constantFrom("A", "B", "DOMAIN", "TYPE", "10", "2");
const text = fc.string({ maxLength: 5 });
const pairs = fc.dictionary(key, text, { noNullPrototype: true });
const own = (prefix: string) =>
  fc.subarray(["v1", "v2", "v3"]).map((versions) => versions.map((v) => `${STACK}_${prefix}_${v}`));
const settings = fc.dictionary(
  fc.constantFrom("healthcheck", "command", "user"),
  fc.oneof(text, fc.array(text, { maxLength: 3 }), pairs),
  { noNullPrototype: true },
);

const serviceNamed = (name: string): fc.Arbitrary<ServiceState> =>
  fc
    .record({
      image: fc.constantFrom("w:1", "w:2"),
      digest: fc.constantFrom(digest(1), digest(2)),
      env: pairs,
      labels: pairs,
      secrets: own("secret"),
      configs: own("config"),
      volumes: own("volume"),
      binds: fc.subarray(["/srv", "/var/run/docker.sock"]),
      networks: own("network"),
      replicas: fc.nat({ max: 3 }),
      template: settings,
      endpoint: settings,
      outer: settings,
    })
    .map((part) => service({ name, ...part }));

/** Always with `app`; the others come and go. */
const stacks: fc.Arbitrary<StackState> = fc
  .tuple(
    serviceNamed("app"),
    fc.subarray(["db", "cache", "worker"]).chain((names) => fc.tuple(...names.map(serviceNamed))),
  )
  .map(([app, others]) => stackState([app, ...others]));

function inputOf(desired: StackState, live: StackState | undefined): PlanInput {
  const names = [...new Set(desired.services.flatMap(({ secrets }) => secrets))];
  return planInput({
    desired,
    rendered: rendered(desired, { externalSecrets: names }),
    secrets: names.map((name) => secret(name)),
    actual: actual(live, { secrets: names.slice(1) }),
    compose: canonicalJson(desired),
    env: { DOMAIN: "wiki.example.coop" },
  });
}

function planOf(input: PlanInput) {
  const planning = planStack(input, MAKING);
  if (planning.kind === "impossible") throw new Error(canonicalJson(planning.obstacles));
  return planning.plan;
}

/** The same data with the keys of every record the other way round. */
function reversed<Value>(value: Value): Value;
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => reversed(one));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).toReversed();
  return Object.fromEntries(entries.map(([name, inner]) => [name, reversed(inner)]));
}

describe("a plan", () => {
  it("changes no service and writes nothing where all is as wanted", () => {
    fc.assert(
      fc.property(stacks, (state) => {
        const { services, steps } = planOf(inputOf(state, state));
        expect(
          services.every(({ fate, changes }) => fate === "unchanged" && changes.length === 0),
        ).toBe(true);
        expect(steps.some(({ kind }) => kind === "deploy-stack" || kind === "pull")).toBe(false);
      }),
      RUNS,
    );
  });

  it("is empty once it was carried out", () => {
    fc.assert(
      fc.property(stacks, fc.option(stacks, { nil: undefined }), (desired, live) => {
        const before = inputOf(desired, live);
        const plan = planOf(before);
        const { secrets } = before.actual.swarm;
        const after = planOf({
          ...before,
          file: { ...before.file, before: before.file.text },
          actual: actual(desired, { secrets: [...secrets, ...plan.secretsToMake] }),
        });
        expect(after).toMatchObject({ tier: "routine", secretsToMake: [], dangers: [] });
        expect(after.steps.map(({ kind }) => kind)).toEqual(["watch", "record-version", "probe"]);
      }),
      RUNS,
    );
  });

  it("is the same for the same facts, in whatever order they come", () => {
    fc.assert(
      fc.property(stacks, fc.option(stacks, { nil: undefined }), (desired, live) => {
        const input = inputOf(desired, live);
        const shuffled = reversed({
          ...input,
          secrets: input.secrets.toReversed(),
          desired: { ...desired, services: desired.services.toReversed() },
        });
        expect(planOf(shuffled)).toEqual(planOf(input));
        expect(planOf(shuffled).hash).toBe(planOf(input).hash);
      }),
      RUNS,
    );
  });

  it("has another hash where anything differs", () => {
    fc.assert(
      fc.property(stacks, stacks, (one, other) => {
        fc.pre(canonicalJson(one) !== canonicalJson(other));
        expect(planOf(inputOf(one, undefined)).hash).not.toBe(
          planOf(inputOf(other, undefined)).hash,
        );
      }),
      RUNS,
    );
  });

  it("names no stack but its own", () => {
    fc.assert(
      fc.property(stacks, fc.option(stacks, { nil: undefined }), (desired, live) => {
        const { steps, scope } = planOf(inputOf(desired, live));
        const named = steps.flatMap((step) => ("stack" in step ? [step.stack] : []));
        const made = steps.flatMap((step) => (step.kind === "create-secret" ? [step.name] : []));
        expect(new Set([...named, scope.stack])).toEqual(new Set([STACK]));
        expect(
          [...made, ...scope.secrets, ...scope.volumes].every((name) =>
            name.startsWith(`${STACK}_`),
          ),
        ).toBe(true);
      }),
      RUNS,
    );
  });

  it("fetches before it writes and removes after it watched", () => {
    const order =
      "pull write-env create-secret deploy-stack watch remove-services record-version probe".split(
        " ",
      );
    fc.assert(
      fc.property(stacks, fc.option(stacks, { nil: undefined }), (desired, live) => {
        const places = planOf(inputOf(desired, live)).steps.map(({ kind }) => order.indexOf(kind));
        expect(places).toEqual(places.toSorted((a, b) => a - b));
      }),
      RUNS,
    );
  });
});
