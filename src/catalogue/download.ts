// Downloads the catalogue's index, asks for it again only when it changed, and survives its host being away.
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { causeOf, errnoOf } from "../core/errno.ts";
import { Refusal } from "../core/errors.ts";
import type { Clock, Log } from "../core/ports.ts";
import { readIndex, type Catalogue, type Listings } from "./listing.ts";

export interface CatalogueOptions {
  /** An https address, or the path of a file. */
  readonly index: string;
  /** The file that keeps the last download. */
  readonly copy: string;
  readonly clock: Clock;
  readonly log: Log;
  /** For one download, milliseconds. */
  readonly deadline: number;
}

const FRESH = 60_000;
const Copy = z.object({ index: z.string(), etag: z.string().optional(), text: z.string() });
type Copy = z.infer<typeof Copy>;

interface Kept {
  readonly listings: Listings;
  readonly etag: string | undefined;
  readonly askedAt: number;
}

/** A download is good for a minute; after that the host is asked whether it changed. */
export function openDownload(options: CatalogueOptions): Catalogue {
  const { clock, log, index } = options;
  mustBeSafe(index);
  let kept: Kept | undefined;
  return {
    async listings(signal) {
      signal.throwIfAborted();
      const now = clock.now();
      if (kept !== undefined && now - kept.askedAt < FRESH) return kept.listings;
      kept ??= await readCopy(options);
      try {
        kept = { ...(await download(options, kept, signal)), askedAt: now };
      } catch (error) {
        signal.throwIfAborted();
        const problem = causeOf(error);
        if (kept === undefined)
          throw new Refusal({ kind: "catalogue-unreachable", index, problem }, error);
        log.warn("catalogue could not be downloaded, the last copy is used", { index, problem });
        kept = { ...kept, askedAt: now };
      }
      return kept.listings;
    },
  };
}

/** Whoever can change the index on the way decides what gets deployed. */
function mustBeSafe(index: string): void {
  const { protocol, hostname } = new URL(index);
  if (protocol === "https:" || ["127.0.0.1", "[::1]", "localhost"].includes(hostname)) return;
  const problems = ["catalogue.index must begin with https:// or be the path of a file"];
  throw new Refusal({ kind: "bad-config", file: index, problems });
}

async function download(
  options: CatalogueOptions,
  kept: Kept | undefined,
  signal: AbortSignal,
): Promise<Omit<Kept, "askedAt">> {
  const response = await fetch(options.index, {
    headers: kept?.etag === undefined ? {} : { "If-None-Match": kept.etag },
    signal: AbortSignal.any([signal, AbortSignal.timeout(options.deadline)]),
  });
  if (response.status === 304 && kept !== undefined) return kept;
  if (!response.ok) throw new Error(`it answered ${response.status}`);
  const text = await response.text();
  const etag = response.headers.get("etag") ?? undefined;
  const listings = readIndex(text, options.log);
  await writeCopy(options, { index: options.index, text, ...(etag === undefined ? {} : { etag }) });
  return { listings, etag };
}

async function readCopy({ copy, index, log }: CatalogueOptions): Promise<Kept | undefined> {
  try {
    const found = Copy.parse(JSON.parse(await readFile(copy, "utf8")));
    if (found.index !== index) return undefined;
    return { listings: readIndex(found.text, log), etag: found.etag, askedAt: 0 };
  } catch (error) {
    // A copy is a convenience: a broken one is downloaded anew.
    if (errnoOf(error) !== "ENOENT")
      log.warn("catalogue copy not usable", { problem: causeOf(error) });
    return undefined;
  }
}

async function writeCopy({ copy, log }: CatalogueOptions, content: Copy): Promise<void> {
  const fresh = `${copy}.${process.pid}`;
  try {
    await mkdir(dirname(copy), { recursive: true, mode: 0o700 });
    await writeFile(fresh, JSON.stringify(content));
    await rename(fresh, copy);
  } catch (error) {
    // What was downloaded is in memory, and serves without the copy.
    log.warn("catalogue copy not kept", { problem: causeOf(error) });
  }
}
