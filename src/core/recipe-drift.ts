// Where the catalogue and a recipe's own repository say different things: the catalogue is a copy, and copies age.
import { bareAddress } from "./recipe-address.ts";
import type { CatalogueEntry, OpenRecipe, RecipeVersion } from "./ports.ts";

export interface RecipeDrift {
  readonly onlyInCatalogue: readonly string[];
  readonly onlyInRepository: readonly string[];
  /** Tags that upstream moved since moot first saw them. */
  readonly moved: readonly { readonly version: string; readonly from: string }[];
  /** Versions whose tag is not annotated. */
  readonly lightweight: readonly string[];
  /** Tags that are no versions, and so were passed over. */
  readonly skipped: readonly string[];
  readonly address?: { readonly catalogue: string; readonly repository: string };
}

export function driftOf(
  entry: CatalogueEntry | undefined,
  { address, oddTags }: Pick<OpenRecipe, "address" | "oddTags">,
  versions: readonly RecipeVersion[],
): RecipeDrift {
  const here = versions.map(({ version }) => version);
  const listed = entry?.versions ?? [];
  const catalogue = entry?.repository;
  const isElsewhere = catalogue !== undefined && bareAddress(catalogue) !== bareAddress(address);
  return {
    onlyInCatalogue: listed.filter((version) => !here.includes(version)),
    onlyInRepository: entry === undefined ? [] : here.filter((one) => !listed.includes(one)),
    moved: versions.flatMap(({ version, movedFrom }) =>
      movedFrom === undefined ? [] : [{ version, from: movedFrom }],
    ),
    lightweight: versions.filter(({ isAnnotated }) => !isAnnotated).map(({ version }) => version),
    skipped: oddTags.map(({ name }) => name),
    ...(isElsewhere && { address: { catalogue, repository: address } }),
  };
}
