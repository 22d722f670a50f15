// Reads secrets from where the config says they are, and says what is wrong with such a place.
import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { Refusal } from "../core/errors.ts";
import { Secret, type SecretPlace } from "../core/secret.ts";
import { expected, section } from "./forms.ts";
import { absolute, type Places } from "./places.ts";

const READABLE_BY_ALL = 0o004;

/** `{ file: … }` or `{ env: … }`; the value itself is never in the config. */
export function secretSchema(places: Places) {
  const place = expected(
    "{ file: PATH } or { env: NAME }; the secret itself never stands in the config",
  );
  const name = expected("the name of an environment variable, such as MOOT_PASSWORD");
  const fields = {
    file: z.string(place).min(1, place).exactOptional(),
    env: z
      .string(name)
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, name)
      .exactOptional(),
  };
  return section(fields, place)
    .refine(({ file, env }) => (file === undefined) !== (env === undefined), place)
    .transform(({ file, env = "" }) =>
      secretAt(
        file === undefined
          ? { kind: "env", name: env }
          : { kind: "file", path: absolute(places, file) },
        places,
      ),
    );
}

export type SecretSchema = ReturnType<typeof secretSchema>;

function secretAt(place: SecretPlace, { file, env }: Places): Secret {
  return new Secret(place, () => {
    const text = place.kind === "env" ? env[place.name] : readText(place.path, file);
    const value = text?.replace(/\r?\n$/, "");
    if (value === undefined) throw refusal(file, `${said(place)} is not set`);
    if (value === "") throw refusal(file, `${said(place)} is empty: put the secret into it`);
    return value;
  });
}

function readText(path: string, config: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const problem = `the secret file ${path} `;
    if (code === "ENOENT") throw refusal(config, `${problem}is not there: make it`, error);
    if (code === "EACCES") {
      throw refusal(config, `${problem}may not be read by the user moot runs as`, error);
    }
    throw refusal(config, `${problem}cannot be read (${String(code)})`, error);
  }
}

/** Sentences on secrets that cannot be read, and on files that every user of the machine can read. */
export function checkSecrets(secrets: readonly Secret[]): {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
} {
  return {
    problems: secrets.flatMap(problemsOf),
    warnings: secrets.filter(({ place }) => isOpen(place)).map(({ place }) => warningOf(place)),
  };
}

function problemsOf(secret: Secret): readonly string[] {
  try {
    secret.reveal();
    return [];
  } catch (error) {
    if (error instanceof Refusal && error.reason.kind === "bad-config")
      return error.reason.problems;
    throw error;
  }
}

function isOpen(place: SecretPlace): boolean {
  if (place.kind === "env") return false;
  const mode = statSync(place.path, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & READABLE_BY_ALL) !== 0;
}

function warningOf(place: SecretPlace): string {
  return `${said(place)} can be read by every user of this machine: chmod 600 it`;
}

function said(place: SecretPlace): string {
  return place.kind === "env"
    ? `the environment variable ${place.name}`
    : `the secret file ${place.path}`;
}

function refusal(file: string, problem: string, cause?: unknown): Refusal {
  return new Refusal({ kind: "bad-config", file, problems: [problem] }, cause);
}

/** Every secret in there, however deep. */
export function secretsIn(value: unknown): readonly Secret[] {
  if (value instanceof Secret) return [value];
  if (value instanceof Map) return [...value.values()].flatMap(secretsIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(secretsIn);
}
