// Says where slow things (unpacked tools, root file systems) are kept between runs: outside the work tree.
import { join } from "node:path";

const root = process.env["MOOT_CACHE"] ?? "/var/cache/moot";

/** A path below the cache folder, which may not exist yet. */
export function cached(...parts: readonly string[]): string {
  return join(root, ...parts);
}
