// Draws pictures for rooms, each in a process that lives for this picture alone.
import { fileURLToPath } from "node:url";
import type { Pictures } from "../core/picture.ts";
import { run } from "../process/run.ts";
import { drawFleet, type Drawing } from "./fleet.ts";

const RENDERER = fileURLToPath(new URL("render.ts", import.meta.url));

/** WebAssembly compiled in haste: 103 MB for 0.7 s of a processor, where the optimising compiler needs 175 MB and 1.5 s. */
const THRIFTY = "--liftoff-only";

/**
 * Drawn in moot itself, the first picture would raise its memory by 50 to 100 MB for good, since WebAssembly gives none back. So the
 * first costs moot 5 MB, most of it garbage. `deadline` in milliseconds.
 */
export function openPictures(deadline: number): Pictures {
  return {
    async fleet(digest, signal) {
      const drawing = drawFleet(digest);
      const { width, height } = drawing;
      return { png: await render(drawing, deadline, signal), width, height };
    },
  };
}

async function render({ svg }: Drawing, timeout: number, signal: AbortSignal): Promise<Uint8Array> {
  const ran = await run(process.execPath, [THRIFTY, RENDERER], {
    env: {},
    stdin: svg,
    timeout,
    signal,
  });
  if (ran.exitCode !== 0) throw new Error(`drawing ended with ${ran.exitCode}: ${ran.stderr}`);
  return Buffer.from(ran.stdout, "base64");
}
