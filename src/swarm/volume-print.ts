// Takes the fingerprint of a tar archive: the only door to tar-stream.
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { Refusal } from "../core/errors.ts";
import { extract, type Header } from "tar-stream";

/** Throws Refusal `step-failed` for what is no whole archive. Of names, kinds, modes, owners, links and contents, in whatever order they come; not of times. */
export async function fingerprintTar(archive: AsyncIterable<Uint8Array>): Promise<string> {
  const unpack = extract();
  const lines: string[] = [];
  let broken: { readonly error: unknown } | undefined;
  const watched = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* archive;
    } catch (error) {
      broken = { error };
      throw error;
    }
  };
  const reading = pipeline(Readable.from(watched()), unpack);
  const listing = (async () => {
    for await (const entry of unpack) {
      const hash = createHash("sha256");
      for await (const chunk of entry) hash.update(z.instanceof(Uint8Array).parse(chunk));
      lines.push(lineFor(entry.header, hash.digest("hex")));
    }
  })();
  try {
    await Promise.all([reading, listing]);
  } catch (error) {
    // What broke the archive says more than that it is broken.
    if (broken !== undefined) throw broken.error;
    const problem = `the archive cannot be read: ${error instanceof Error ? error.message : "no reason given"}`;
    throw new Refusal({ kind: "step-failed", step: "compare a volume", problem }, error);
  }
  return createHash("sha256").update(lines.toSorted().join("\n")).digest("hex");
}

function lineFor({ name, type, mode, uid, gid, linkname }: Header, content: string): string {
  return JSON.stringify([name.replace(/\/$/, ""), type, mode, uid, gid, linkname, content]);
}
