// Opens the catalogue's index from where the config says it is: a file or an address.
import { readFile, stat } from "node:fs/promises";
import { causeOf } from "../core/errno.ts";
import { Refusal } from "../core/errors.ts";
import { openDownload, type CatalogueOptions } from "./download.ts";
import { readIndex, type Catalogue, type Listings } from "./listing.ts";

export function openCatalogue(options: CatalogueOptions): Catalogue {
  return /^https?:/i.test(options.index) ? openDownload(options) : openFile(options);
}

/** Reads the file again whenever it has changed. */
function openFile({ index, log }: CatalogueOptions): Catalogue {
  let kept: { readonly mark: string; readonly listings: Listings } | undefined;
  return {
    async listings(signal) {
      signal.throwIfAborted();
      try {
        const { mtimeMs, size, ino } = await stat(index);
        const mark = [mtimeMs, size, ino].join();
        if (kept?.mark !== mark)
          kept = { mark, listings: readIndex(await readFile(index, "utf8"), log) };
        return kept.listings;
      } catch (error) {
        const problems = [`the catalogue's index cannot be read: ${causeOf(error)}`];
        throw new Refusal({ kind: "bad-config", file: index, problems }, error);
      }
    },
  };
}
