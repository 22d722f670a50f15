// Which certificates are about to end.

/** What a server showed for a domain, or why it showed nothing. */
export type CertificateSight =
  | {
      /** Milliseconds UTC. */
      readonly until: number;
      /** Whether it names the domain; Traefik shows one of its own while there is none. */
      readonly isForDomain: boolean;
    }
  | { readonly problem: string };

export interface Certificates {
  /** How many domains showed one of their own. */
  readonly seen: number;
  readonly ending: readonly { readonly domain: string; readonly until: number }[];
  /** Those that have none of their own. */
  readonly without: readonly string[];
  /** Those that could not be asked, and why the first could not. */
  readonly silent: readonly string[];
  readonly problem?: string;
  /** So many were not asked. */
  readonly left: number;
}

/** Traefik renews 30 days before the end; two weeks before it, something has failed a few times. */
const NEAR = 14 * 24 * 3_600_000;

export function judgeCertificates(
  sights: ReadonlyMap<string, CertificateSight>,
  left: number,
  now: number,
): Certificates {
  const all = [...sights].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const read = all.flatMap(([domain, sight]) => ("until" in sight ? [{ domain, ...sight }] : []));
  const failed = all.flatMap(([domain, sight]) => ("until" in sight ? [] : [{ domain, ...sight }]));
  const own = read.filter(({ isForDomain }) => isForDomain);
  const [first] = failed;
  return {
    seen: own.length,
    ending: own
      .filter(({ until }) => until - now < NEAR)
      .map(({ domain, until }) => ({ domain, until }))
      .toSorted((one, other) => one.until - other.until),
    without: read.filter(({ isForDomain }) => !isForDomain).map(({ domain }) => domain),
    silent: failed.map(({ domain }) => domain),
    ...(first !== undefined && { problem: first.problem }),
    left,
  };
}
