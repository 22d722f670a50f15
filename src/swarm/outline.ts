// Reads what a compose file says without filling in its variables, as a recipe is judged by it.
import { z } from "zod";
import type {
  ComposeOutline,
  OutlineLook,
  OutlineObject,
  OutlineService,
} from "../core/outline.ts";
import { readYaml } from "./canonical.ts";

const pairs = z.union([z.record(z.string(), z.string().nullable()), z.array(z.string())]);
const service = z.looseObject({
  image: z.string().nullish(),
  healthcheck: z.looseObject({ disable: z.string().nullish() }).nullish(),
  deploy: z.looseObject({ labels: pairs.nullish() }).nullish(),
});
const object = z.looseObject({ name: z.string().nullish() }).nullable();
const composeFile = z.looseObject({
  version: z.string().nullish(),
  services: z.record(z.string(), service.nullable()).nullish(),
  configs: z.record(z.string(), object).nullish(),
  secrets: z.record(z.string(), object).nullish(),
});

/** A hostile file could write one anchor a million times. */
const MOST_ALIASES = 1000;
const TRUE = /^(?:y|yes|true|on)$/i;

export function readOutline(text: string): OutlineLook {
  const document = readYaml(text, { merge: true });
  const [mistake] = document.errors;
  if (mistake !== undefined) return problem(mistake.message);
  try {
    const decoded = composeFile.safeParse(document.toJS({ maxAliasCount: MOST_ALIASES }));
    if (decoded.success) return { kind: "outline", outline: outlineOf(decoded.data) };
    return problem(z.prettifyError(decoded.error));
  } catch (error) {
    // The only thing yaml throws here: too many aliases.
    if (error instanceof ReferenceError) return problem(error.message);
    throw error;
  }
}

/** The first line alone: the rest quotes the file. */
function problem(words: string): OutlineLook {
  const [first = ""] = words.split("\n");
  return { kind: "problem", problem: first.replace(/:$/, "") };
}

function outlineOf({
  version,
  services,
  configs,
  secrets,
}: z.infer<typeof composeFile>): ComposeOutline {
  return {
    ...(typeof version === "string" && { version }),
    services: Object.entries(services ?? {}).map(([name, one]) => serviceOf(name, one ?? {})),
    configs: Object.entries(configs ?? {}).map(objectOf),
    secrets: Object.entries(secrets ?? {}).map(objectOf),
  };
}

function serviceOf(
  name: string,
  { image, healthcheck, deploy }: Partial<z.infer<typeof service>>,
): OutlineService {
  return {
    name,
    ...(typeof image === "string" && image !== "" && { image }),
    ...(healthcheck && { health: TRUE.test(healthcheck.disable ?? "") ? "off" : "on" }),
    labels: labelsOf(deploy?.labels ?? {}),
  };
}

function objectOf([key, one]: readonly [string, z.infer<typeof object>]): OutlineObject {
  return { key, ...(typeof one?.name === "string" && { name: one.name }) };
}

/** A list writes each as `key=value`. */
function labelsOf(labels: z.infer<typeof pairs>): Readonly<Record<string, string>> {
  if (!Array.isArray(labels))
    return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, value ?? ""]));
  return Object.fromEntries(
    labels.map((label) => {
      const [, key = label, value = ""] = /^([^=]*)=(.*)$/s.exec(label) ?? [];
      return [key, value];
    }),
  );
}
