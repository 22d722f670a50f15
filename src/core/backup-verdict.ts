// Judges a backup: it counts only if all of it was read, every hook ended well, and what should be in it is there and is enough.
import { sum, type Backup, type BackupFault, type BackupFindings } from "./backup.ts";
import { volumePath, type LoadedVolume, type Measure } from "./vault.ts";

/** So many good ones are compared with: a slow fall is a fall, too. */
export const COMPARED = 3;

export interface Judging extends BackupFindings {
  /** What was read back of each snapshot, by its id. */
  readonly measures: ReadonlyMap<string, readonly Measure[]>;
  /** The last good ones, newest first. */
  readonly before: readonly Backup[];
  /** Somebody said that it may be as small as it is. */
  readonly isSmallRight: boolean;
}

/** The paths by which a part is measured: what the labels name of a volume, or the whole of it. */
export function measuredPaths(volumes: readonly LoadedVolume[]): readonly string[] {
  return volumes.flatMap((volume) => pathsOf(volume).map(({ path }) => path));
}

export function judgeBackup(judging: Judging): readonly BackupFault[] {
  const { hooks, parts } = judging;
  return [
    ...hooks.map((hook) => ({ kind: "hook", ...hook }) as const),
    ...parts
      .filter(({ unread }) => unread.length > 0)
      .map(({ node, unread }) => ({ kind: "incomplete", node, unread }) as const),
    ...parts.flatMap(({ snapshot, volumes }) =>
      volumes.flatMap((volume) => contentFaults(judging, snapshot, volume)),
    ),
    ...(judging.isSmallRight ? [] : sizeFaults(judging)),
  ];
}

/** Where a volume's own paths stand in the snapshot; without paths it is one, the volume itself. */
function pathsOf({
  name,
  paths,
}: LoadedVolume): readonly { readonly path: string; readonly inner?: string }[] {
  const root = volumePath(name);
  return paths?.map((inner) => ({ path: `${root}/${inner}`, inner })) ?? [{ path: root }];
}

/** A dump that a label names is there for restoring: nobody's word makes an empty one good. */
function contentFaults(
  { measures, before, isSmallRight }: Judging,
  snapshot: string,
  volume: LoadedVolume,
): readonly BackupFault[] {
  const found = measures.get(snapshot) ?? [];
  const wasEmpty = before[0]?.volumes.some((one) => one.volume === volume.name && one.bytes === 0);
  return pathsOf(volume).flatMap(({ path, inner }): readonly BackupFault[] => {
    const measure = found.find((one) => one.path === path);
    const what = { volume: volume.name, ...(inner !== undefined && { path: inner }) };
    if (inner !== undefined && measure?.isThere !== true)
      return [{ kind: "missing", volume: volume.name, path: inner }];
    if (measure !== undefined && measure.bytes > 0) return [];
    const isAgreed = inner === undefined && (isSmallRight || wasEmpty === true);
    return isAgreed ? [] : [{ kind: "empty", ...what }];
  });
}

function sizeFaults({ parts, volumes, before }: Judging): readonly BackupFault[] {
  const compared = comparable(before);
  const whole = fall(
    sum(parts, "bytes"),
    compared.map((one) => sum(one.parts, "bytes")),
  );
  const names = [...new Set(volumes.map(({ volume }) => volume))];
  const fallen = names.flatMap((volume) => {
    const bytesIn = (some: Judging["volumes"]): number =>
      some.filter((one) => one.volume === volume).reduce((total, one) => total + one.bytes, 0);
    const before = compared.map((one) => bytesIn(one.volumes));
    const fell = fall(bytesIn(volumes), before);
    return fell === undefined ? [] : [{ kind: "smaller", volume, ...fell } as const];
  });
  // Of one that is empty now, that is told already.
  if (fallen.length > 0) return fallen.filter(({ bytes }) => bytes > 0);
  return whole === undefined ? [] : [{ kind: "smaller", ...whole }];
}

/** What is older than somebody's word that it may be smaller says nothing any more. */
function comparable(before: readonly Backup[]): readonly Backup[] {
  const word = before.findIndex(({ isSmallRight }) => isSmallRight);
  return before.slice(0, word === -1 ? COMPARED : Math.min(word + 1, COMPARED));
}

function fall(
  bytes: number,
  earlier: readonly number[],
): { readonly bytes: number; readonly before: number } | undefined {
  const before = Math.max(0, ...earlier);
  return bytes * 2 < before ? { bytes, before } : undefined;
}

/** How much each volume has in the snapshots, from what was read back of them. */
export function volumeMeasures(
  parts: BackupFindings["parts"],
  measures: Judging["measures"],
): BackupFindings["volumes"] {
  return parts.flatMap(({ node, snapshot, volumes }) =>
    volumes.map((volume) => {
      const own = new Set(pathsOf(volume).map(({ path }) => path));
      const found = (measures.get(snapshot) ?? []).filter(({ path }) => own.has(path));
      return {
        volume: volume.name,
        node,
        files: found.reduce((total, { files }) => total + files, 0),
        bytes: found.reduce((total, { bytes }) => total + bytes, 0),
      };
    }),
  );
}
