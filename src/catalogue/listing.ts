// Reads recipes.json, the catalogue's index (coopcloud.md §7).
import { z } from "zod";
import { isRecipeName, type RecipeName } from "../core/ids.ts";
import type { CatalogueEntry, Images, Log } from "../core/ports.ts";
import type { Features } from "../core/readme.ts";

export type Listings = ReadonlyMap<RecipeName, CatalogueEntry>;

export interface Catalogue {
  listings(signal: AbortSignal): Promise<Listings>;
}

const Index = z.record(z.string(), z.unknown());
const word = z.union([z.string(), z.number().transform(String)]).nullish();
// Go writes an empty list as null, and whoever adds a field must not break us.
const Entry = z.object({
  description: z.string().nullish(),
  category: z.string().nullish(),
  repository: z.string().nullish(),
  versions: z.array(z.record(z.string(), z.unknown())).nullish(),
  features: z
    .object({
      status: word,
      backups: word,
      email: word,
      healthcheck: word,
      sso: word,
      tests: word,
    })
    .nullish()
    .catch(null),
});
const Services = z.record(
  z.string(),
  z.object({ image: z.string().min(1), tag: z.string().nullish() }),
);

/** An entry that cannot be read is left out with a log line. Throws an Error in a sentence when the whole cannot. */
export function readIndex(text: string, log: Log): Listings {
  const index = Index.safeParse(parseJson(text));
  if (!index.success) throw new Error("it is no JSON object of recipes");
  const listings = new Map<RecipeName, CatalogueEntry>();
  for (const [recipe, raw] of Object.entries(index.data)) {
    const entry = Entry.safeParse(raw);
    if (isRecipeName(recipe) && entry.success) listings.set(recipe, entryOf(recipe, entry.data));
    else log.warn("catalogue entry left out", { recipe, problem: entry.error?.message });
  }
  return listings;
}

function entryOf(recipe: RecipeName, entry: z.infer<typeof Entry>): CatalogueEntry {
  const { description, category, repository, versions, features } = entry;
  const tagged = (versions ?? []).flatMap((version) => Object.entries(version));
  return {
    recipe,
    description: description ?? "",
    category: category ?? "",
    versions: tagged.map(([version]) => version),
    images: Object.fromEntries(
      tagged.flatMap(([version, services]) => {
        const images = imagesOf(services);
        return images === undefined ? [] : [[version, images] as const];
      }),
    ),
    features: featuresOf(features ?? {}),
    ...(repository ? { repository } : {}),
  };
}

/** Undefined where the index tells of no image, or not of all. */
function imagesOf(raw: unknown): Images | undefined {
  const services = Services.safeParse(raw);
  if (!services.success || Object.keys(services.data).length === 0) return undefined;
  const written = Object.entries(services.data).map(([service, { image, tag }]) => {
    return [service, tag ? `${image}:${tag}` : image] as const;
  });
  return Object.fromEntries(written);
}

/** The index writes 0 for a status that nobody set. */
function featuresOf(told: NonNullable<z.infer<typeof Entry>["features"]>): Features {
  const { status, backups, email, healthcheck, sso, tests } = told;
  return {
    status: status === "0" ? "" : (status ?? ""),
    backups: backups ?? "",
    email: email ?? "",
    healthcheck: healthcheck ?? "",
    sso: sso ?? "",
    tests: tests ?? "",
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("it is no JSON");
  }
}
