// Reads image references by Docker's rules: registry, name, tag, digest.

export interface ImageReference {
  /** Host and port as written; `docker.io` when none is. */
  readonly registry: string;
  /** The path within the registry; `library/` is put before Docker's own images. */
  readonly name: string;
  /** `latest` when neither tag nor digest is written. */
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
}

const DOCKER = "docker.io";
const PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const NAME = new RegExp(`^${PART}(?:/${PART})*$`);
const HOST_PART = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
const REGISTRY = new RegExp(
  `^(?:${HOST_PART}(?:\\.${HOST_PART})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]{1,5})?$`,
);
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^sha256:[a-f0-9]{64}$/;
const MAX_NAME = 255;

/** Absent when the text is no image reference. */
export function parseImage(text: string): ImageReference | undefined {
  const { before: tagged, after: digest } = cut(text, text.indexOf("@"));
  const colon = tagged.lastIndexOf(":");
  const { before: full, after: tag } = cut(tagged, colon > tagged.lastIndexOf("/") ? colon : -1);
  const { registry, name } = home(full);
  const isName = REGISTRY.test(registry) && NAME.test(name) && name.length <= MAX_NAME;
  if (!isName || !fits(TAG, tag) || !fits(DIGEST, digest)) return undefined;
  if (digest === undefined) return { registry, name, tag: tag ?? "latest" };
  return { registry, name, digest, ...(tag === undefined ? {} : { tag }) };
}

function fits(pattern: RegExp, text: string | undefined): boolean {
  return text === undefined || pattern.test(text);
}

/** The first part is a registry only if it looks like a host; `docker/distribution` splits the same way. */
function home(full: string): { readonly registry: string; readonly name: string } {
  const slash = full.indexOf("/");
  const first = slash === -1 ? "" : full.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  const registry = isHost ? first.replace(/^index\.docker\.io$/, DOCKER) : DOCKER;
  const name = isHost ? full.slice(slash + 1) : full;
  const isOfficial = registry === DOCKER && !name.includes("/");
  return { registry, name: isOfficial ? `library/${name}` : name };
}

function cut(text: string, at: number): { readonly before: string; readonly after?: string } {
  return at === -1 ? { before: text } : { before: text.slice(0, at), after: text.slice(at + 1) };
}
