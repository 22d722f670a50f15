// Into which volumes of a new app the data of a backup go: its own, and none that is there already.
import type { FoundVolume } from "./cargo.ts";
import type { AppName, StackName } from "./ids.ts";
import type { RestoreBar } from "./restore-errors.ts";
import { renamed, type RestorePoint } from "./restore.ts";
import type { RestoreSource } from "./restore-steps.ts";

export interface NewVolumes {
  readonly app: AppName;
  readonly stack: StackName;
  /** That its services will mount. */
  readonly volumes: readonly string[];
  /** Those of them that a node has already, whoever made them. */
  readonly there: readonly FoundVolume[];
}

export type SourcesBeside =
  | { readonly kind: "found"; readonly sources: readonly RestoreSource[] }
  | { readonly kind: "barred"; readonly bars: readonly RestoreBar[] };

/** The manifest is as its server has written it, so that nothing in it says where data may go. */
export function sourcesBeside(
  { manifest, parts, repository }: RestorePoint,
  made: NewVolumes,
): SourcesBeside {
  const bars: RestoreBar[] = [];
  const sources = parts.map(({ snapshot, volumes }) => ({
    repository,
    snapshot,
    volumes: volumes.flatMap(({ name, paths }) => {
      const to = nameIn(made, manifest, name);
      const bar =
        to === undefined ? homeless(manifest.app, name) : takenBar(manifest.app, to, made);
      if (bar !== undefined) bars.push(bar);
      if (to === undefined) return [];
      return [{ from: name, to, isEmptied: true, ...(paths !== undefined && { paths }) }];
    }),
  }));
  if (bars.length > 0) return { kind: "barred", bars };
  return { kind: "found", sources: sources.filter(({ volumes }) => volumes.length > 0) };
}

/** Swarm's prefix is the stack's name; a recipe may also name a volume by the domain, or by a word that stays. */
function nameIn(
  { app, stack, volumes }: NewVolumes,
  old: RestorePoint["manifest"],
  name: string,
): string | undefined {
  const names = [renamed(name, old.stack, stack), name.replaceAll(old.app, app)];
  return names.find((one) => volumes.includes(one));
}

function homeless(of: string, volume: string): RestoreBar {
  return { kind: "volume-unused", volume, of };
}

function takenBar(of: string, volume: string, { there }: NewVolumes): RestoreBar | undefined {
  const nodes = there.filter(({ name }) => name === volume).map(({ node }) => node);
  return nodes.length === 0 ? undefined : { kind: "volume-taken", volume, nodes, of };
}
