// Reads recipes.json, the catalogue's index (coopcloud.md §7).
import { z } from "zod";
import { isRecipeName, type RecipeName } from "../core/ids.ts";
import type { CatalogueEntry, Log } from "../core/ports.ts";

/** One recipe of the index. */
export interface Listing {
  readonly entry: CatalogueEntry;
  readonly repository?: string;
}

export type Listings = ReadonlyMap<RecipeName, Listing>;

export interface Catalogue {
  listings(signal: AbortSignal): Promise<Listings>;
}

const Index = z.record(z.string(), z.unknown());
// Go writes an empty list as null, and whoever adds a field must not break us.
const Entry = z.object({
  description: z.string().nullish(),
  category: z.string().nullish(),
  repository: z.string().nullish(),
  versions: z.array(z.record(z.string(), z.unknown())).nullish(),
});

/** An entry that cannot be read is left out with a log line. Throws an Error in a sentence when the whole cannot. */
export function readIndex(text: string, log: Log): Listings {
  const index = Index.safeParse(parseJson(text));
  if (!index.success) throw new Error("it is no JSON object of recipes");
  const listings = new Map<RecipeName, Listing>();
  for (const [recipe, raw] of Object.entries(index.data)) {
    const entry = Entry.safeParse(raw);
    if (isRecipeName(recipe) && entry.success) listings.set(recipe, listing(recipe, entry.data));
    else log.warn("catalogue entry left out", { recipe, problem: entry.error?.message });
  }
  return listings;
}

function listing(recipe: RecipeName, entry: z.infer<typeof Entry>): Listing {
  const { description, category, repository, versions } = entry;
  return {
    entry: {
      recipe,
      description: description ?? "",
      category: category ?? "",
      versions: (versions ?? []).flatMap((version) => Object.keys(version)),
    },
    ...(repository ? { repository } : {}),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("it is no JSON");
  }
}
