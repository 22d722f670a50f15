// Takes the fingerprint of a tar archive: the only door to tar-stream.
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { extract, type Header } from "tar-stream";

/** Of names, kinds, modes, owners, links and contents, in whatever order they come; not of times. */
export async function fingerprintTar(archive: AsyncIterable<Uint8Array>): Promise<string> {
  const unpack = extract();
  const lines: string[] = [];
  const reading = pipeline(Readable.from(archive), unpack);
  const listing = (async () => {
    for await (const entry of unpack) {
      const hash = createHash("sha256");
      for await (const chunk of entry) hash.update(z.instanceof(Uint8Array).parse(chunk));
      lines.push(lineFor(entry.header, hash.digest("hex")));
    }
  })();
  await Promise.all([reading, listing]);
  return createHash("sha256").update(lines.toSorted().join("\n")).digest("hex");
}

function lineFor({ name, type, mode, uid, gid, linkname }: Header, content: string): string {
  return JSON.stringify([name.replace(/\/$/, ""), type, mode, uid, gid, linkname, content]);
}
