// What people are asked to agree to when a recipe is to be added by its address, or forgotten.
import { text, type Block, type Span } from "../core/doc.ts";
import type { Proposal } from "../core/proposal.ts";
import { listed } from "./phrases.ts";

type RecipeProposal = Extract<Proposal, { readonly kind: "recipe" }>;

/** As it follows on "asks to". */
export function recipeProposalWords({ act, name, address }: RecipeProposal): readonly Span[] {
  return act === "add"
    ? ["add the recipe ", { strong: name }, " from ", { code: address }]
    : ["forget the recipe ", { strong: name }, " from ", { code: address }];
}

export function recipeProposalBlocks({ act, name, look }: RecipeProposal): readonly Block[] {
  if (act === "forget") {
    return [
      text(
        "Apps made from it go on running, but none can be deployed again until it is added anew.",
      ),
    ];
  }
  return [
    text([
      "It is not in the catalogue: whoever can write to that repository decides what would run on the servers. Read it first. After that ",
      { code: `!deploy ${name} DOMAIN` },
      " plans it as any other, and each of its plans stays a danger.",
    ]),
    ...(look === undefined ? [] : [text(lookWords(look))]),
  ];
}

function lookWords({ version, broken }: NonNullable<RecipeProposal["look"]>): string {
  const rules =
    broken.length === 0
      ? "it keeps all rules that moot can check"
      : `it does not keep ${listed(broken)}`;
  return `moot looked at it: its newest version is ${version}, and ${rules}.`;
}
