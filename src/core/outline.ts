// What a recipe's compose files say before any variable is filled in, as far as a recipe is judged by it.

/** One file, or several put together. */
export interface ComposeOutline {
  /** As the file writes it: `3.8`. */
  readonly version?: string;
  readonly services: readonly OutlineService[];
  readonly configs: readonly OutlineObject[];
  readonly secrets: readonly OutlineObject[];
}

export interface OutlineService {
  readonly name: string;
  /** With its variables. */
  readonly image?: string;
  /** Absent: the file says nothing of it. */
  readonly health?: "on" | "off";
  /** The service's own, which Traefik and abra read; keys and values with their variables. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A secret or config at the top of a file. */
export interface OutlineObject {
  readonly key: string;
  /** With its variables. */
  readonly name?: string;
}

/** `problem`: the file is no compose file, in a sentence for people. */
export type OutlineLook =
  | { readonly kind: "outline"; readonly outline: ComposeOutline }
  | { readonly kind: "problem"; readonly problem: string };

/** Files put together as docker does: a service of the same name goes on where the file before left it. */
export function mergeOutlines(outlines: readonly ComposeOutline[]): ComposeOutline {
  const services = new Map<string, OutlineService>();
  for (const service of outlines.flatMap((one) => one.services)) {
    const before = services.get(service.name);
    const labels = { ...before?.labels, ...service.labels };
    services.set(service.name, { ...before, ...service, labels });
  }
  const [version] = outlines.flatMap((one) => one.version ?? []);
  return {
    ...(version !== undefined && { version }),
    services: [...services.values()],
    configs: byKey(outlines.flatMap(({ configs }) => configs)),
    secrets: byKey(outlines.flatMap(({ secrets }) => secrets)),
  };
}

function byKey(objects: readonly OutlineObject[]): readonly OutlineObject[] {
  return [...new Map(objects.map((one) => [one.key, one])).values()];
}
