// Finds the paths by which a recipe's compose files would make the docker CLI read outside the recipe's checkout.
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { Refusal } from "../core/errors.ts";
import type { Obstacle } from "../core/plan.ts";
import type { Checkout } from "../core/ports.ts";

export type Stray = Extract<Obstacle, { readonly kind: "outside-checkout" }>;

const fileObject = z.looseObject({ file: z.string().optional() }).nullable();
const envFile = z.union([z.string(), z.looseObject({ path: z.string() })]);
const composeFile = z.looseObject({
  services: z
    .record(
      z.string(),
      z.looseObject({ env_file: z.union([envFile, z.array(envFile)]).optional() }).nullable(),
    )
    .optional(),
  configs: z.record(z.string(), fileObject).optional(),
  secrets: z.record(z.string(), fileObject).optional(),
});

type Found = Pick<Stray, "what" | "path">;

/**
 * `docker stack config` opened `file: /etc/shadow` without a word, so every path is looked at before it runs. Paths count
 * from the first compose file's folder, as the CLI counts them. One that holds a variable cannot be checked and is a stray.
 */
export async function findStrays(
  recipe: string,
  checkout: Checkout,
  files: readonly string[],
): Promise<readonly Stray[]> {
  const away = await outside(
    checkout,
    files.map((path) => ({ what: "COMPOSE_FILE", path, from: "" })),
  );
  if (away.length > 0) return away;
  const from = dirname(files[0] ?? "compose.yml");
  const texts = await Promise.all(
    files.map(async (path) => [path, (await checkout.read(path)) ?? ""] as const),
  );
  const named = texts.flatMap(([path, text]) => pathsIn(recipe, path, text));
  return outside(
    checkout,
    named.map((found) => ({ ...found, from })),
  );
}

async function outside(
  checkout: Checkout,
  named: readonly (Found & { readonly from: string })[],
): Promise<readonly Stray[]> {
  const checked = await Promise.all(
    named.map(async ({ what, path, from }): Promise<readonly Stray[]> => {
      const isPlain = !path.includes("$") && !path.startsWith("/");
      const isInside = isPlain && (await checkout.holds(join(from, path)));
      return isInside ? [] : [{ kind: "outside-checkout", what, path }];
    }),
  );
  return checked.flat();
}

function pathsIn(recipe: string, file: string, text: string): readonly Found[] {
  const decoded = composeFile.safeParse(parsed(recipe, file, text));
  if (!decoded.success) {
    throw new Refusal({
      kind: "bad-recipe",
      recipe,
      problem: `${file}: ${z.prettifyError(decoded.error)}`,
    });
  }
  const { services = {}, configs = {}, secrets = {} } = decoded.data;
  const files = [...Object.values(configs), ...Object.values(secrets)].flatMap(
    (one) => one?.file ?? [],
  );
  const envFiles = Object.values(services).flatMap((service) => service?.env_file ?? []);
  return [
    ...files.map((path) => ({ what: "file" as const, path })),
    ...envFiles.map((one) => ({
      what: "env_file" as const,
      path: typeof one === "string" ? one : one.path,
    })),
  ];
}

/** Duplicate keys and unknown tags are errors here, so that no second reading of the same text can differ. */
function parsed(recipe: string, file: string, text: string): unknown {
  try {
    return parse(text, { merge: true, strict: true, uniqueKeys: true, maxAliasCount: 1000 });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const [words = ""] = error.message.split("\n");
    const problem = `${file} does not parse: ${words.replace(/:$/, "")}`;
    throw new Refusal({ kind: "bad-recipe", recipe, problem }, error);
  }
}
