// Lists the tags of a remote repository without fetching anything of it.
import type { ListedTag } from "../core/ports.ts";
import type { Remote } from "./address.ts";
import { git, pin, transports } from "./command.ts";

export type Listing =
  | { readonly kind: "listed"; readonly tags: readonly ListedTag[] }
  /** In git's words. */
  | { readonly kind: "failed"; readonly problem: string };

// Over https these are two requests on one connection, since git's protocol 2 asks for the tags alone; protocol 0 would be one
// request, answered with every branch and every pull request as well.
const LIST = ["ls-remote", "--quiet", "--tags"];
const LINE = /^[0-9a-f]{40,64}\trefs\/tags\/([^/^\s\p{Cc}]+)(\^\{\})?$/u;

/** `nowhere` is a path where no repository is: nothing of a clone has a say. `timeout` in milliseconds. */
export async function listTags(
  remote: Remote,
  { nowhere, timeout }: { readonly nowhere: string; readonly timeout: number },
  signal: AbortSignal,
): Promise<Listing> {
  const argv = [...LIST, "--", remote.url];
  const how = { settings: pin(remote), env: transports(remote), timeout };
  const { exitCode, stdout, problem } = await git({ ...how, clone: nowhere, argv }, signal);
  return exitCode === 0
    ? { kind: "listed", tags: parseListing(stdout) }
    : { kind: "failed", problem };
}

/** An annotated tag is listed twice, the second time as `name^{}` with what it names. Names with a slash are left out: no version has one. */
function parseListing(listing: string): readonly ListedTag[] {
  const tags = new Map<string, boolean>();
  for (const line of listing.split("\n")) {
    const [, name, isFollowed] = LINE.exec(line) ?? [];
    if (name !== undefined) tags.set(name, isFollowed !== undefined);
  }
  return [...tags].map(([name, isAnnotated]) => ({ name, isAnnotated }));
}
