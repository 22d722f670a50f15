// Lint rules about versions: tags, the label that repeats them, and what the catalogue has.
import { abraLabel } from "./abra.ts";
import { interpolate } from "./interpolation.ts";
import {
  SAMPLE_STACK,
  SATISFIED,
  unless,
  type Finding,
  type LintFacts,
  type Rules,
} from "./lint-facts.ts";
import { parseVersion } from "./version.ts";

export const VERSION_RULES: Rules = {
  R006: ({ entry, recipe }) =>
    unless((entry?.versions ?? []).length > 0 ? [] : [`${recipe} has none there`]),
  R013: ({ source }) => unless(source.isAtHome ? [] : [source.address]),
  R014: ({ versions, source }) => {
    const light = versions.filter(({ isAnnotated }) => !isAnnotated);
    // abra may count these too; nobody here has seen it do so.
    const odd = source.oddTags.filter(({ isAnnotated }) => !isAnnotated);
    return unless(
      light.map(({ version }) => version),
      odd.map(({ name }) => `${name} (no version of a recipe)`),
    );
  },
  M001: labelled,
};

/** What service `app` says its version is, against the tag that was checked out. */
function labelled({ whole, env, version }: LintFacts): Finding {
  const wanted = abraLabel(SAMPLE_STACK, "version");
  const said = whole.services.flatMap(({ name, labels }) =>
    Object.entries(labels)
      .filter(([key]) => interpolate(key, env) === wanted)
      .map(([, value]) => ({ service: name, label: interpolate(value, env) })),
  );
  const app = said.find(({ service }) => service === "app");
  const strays = said.map(({ service }) => `only ${service} carries the label`);
  if (app === undefined)
    return unless(strays.length > 0 ? strays : ["no service carries the label"]);
  const { label } = app;
  if (label === "") return unless(["the label is empty"]);
  if (version !== undefined && label !== version)
    return unless([`the label says ${label}, the tag ${version}`]);
  return parseVersion(label) === undefined ? unless([`${label} is no version`]) : SATISFIED;
}
