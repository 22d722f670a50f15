// Implements TagWatch: what a tag names now, by one HEAD where nothing stands in the way.
import { parseImage } from "../core/imageref.ts";
import type { TagLook, TagWatch } from "../core/registry.ts";
import { ask, mustBeOk } from "./ask.ts";
import type { Budgets } from "./budget.ts";
import { challengeIn } from "./challenge.ts";
import { digestIn, manifestQuestion, type Visit } from "./manifest.ts";
import type { RegistryOptions } from "./options.ts";
import { reach } from "./reach.ts";
import { authorize } from "./token.ts";
import { Tokens } from "./tokens.ts";

type Blind = Extract<TagLook, { readonly kind: "cannot-check" }>;

export function openTagWatch(options: RegistryOptions, budgets: Budgets): TagWatch {
  const tokens = new Tokens(options.clock);
  return {
    budgets: () => budgets.all(),
    async look(image, signal) {
      signal.throwIfAborted();
      const reference = parseImage(image);
      if (reference === undefined) return blind("unreachable", `${image} is no image reference`);
      const { registry, tag } = reference;
      if (tag === undefined) return blind("no-tag", `${image} is given by its digest alone`);
      const budget = budgets.of(registry);
      const visit = { reference, options, budget };
      const work = () => reach(visit, (inner) => headOf(visit, tag, tokens, inner), signal);
      const looked = await budget.spend(work, signal);
      if (looked.kind === "shut") {
        const { until, problem } = looked;
        return { ...blind("limited", `${registry}: ${problem}`), until };
      }
      if (looked.kind !== "unreachable") return looked;
      if (!looked.isLimited) return blind("unreachable", looked.problem);
      const until = budget.shut()?.until ?? options.clock.now();
      return { ...blind("limited", `${registry}: it was asked too often`), until };
    },
  };
}

/** Throws Unreachable. */
async function headOf(
  visit: Visit,
  tag: string,
  tokens: Tokens,
  signal: AbortSignal,
): Promise<TagLook> {
  const { reference } = visit;
  const question = manifestQuestion(visit, tag);
  const kept = tokens.find(reference);
  const response = await ask({ ...question, ...authorizedBy(kept) }, signal);
  if (response.status !== 401) return judge(response, visit, tag);
  const challenge = challengeIn(response, question.url);
  if (challenge === undefined) return denied(visit);
  const buy = () => authorize(challenge, { ...visit, question }, signal);
  const fresh = await tokens.renew(reference, kept, buy, signal);
  if (fresh === undefined) return denied(visit);
  return judge(await ask({ ...question, ...authorizedBy(fresh) }, signal), visit, tag);
}

function authorizedBy(authorization: string | undefined): { readonly authorization?: string } {
  return authorization === undefined ? {} : { authorization };
}

function judge(response: Response, visit: Visit, tag: string): TagLook {
  const { registry, name } = visit.reference;
  if (response.status === 404) return blind("absent", `${registry}: it has no ${name}:${tag}`);
  if (response.status === 401 || response.status === 403) return denied(visit);
  mustBeOk(response);
  const digest = digestIn(response);
  if (digest !== undefined) return { kind: "found", digest };
  return blind("no-digest", `${registry}: it does not tell the digest of ${name}:${tag}`);
}

function denied({ reference: { registry, name } }: Visit): Blind {
  return blind("denied", `${registry}: it does not show ${name} to moot`);
}

function blind(why: Blind["why"], problem: string): Blind {
  return { kind: "cannot-check", why, problem };
}
