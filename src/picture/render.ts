// A program of its own: SVG on standard input becomes a PNG, in base64, on standard output.
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { initWasm, Resvg } from "@resvg/resvg-wasm";

await initWasm(read(import.meta.resolve("@resvg/resvg-wasm/index_bg.wasm")));
const drawn = new Resvg(await text(process.stdin), {
  font: {
    fontBuffers: [read(import.meta.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"))],
    defaultFontFamily: "DejaVu Sans",
  },
});
process.stdout.write(Buffer.from(drawn.render().asPng()).toString("base64"));

function read(url: string): Buffer {
  return readFileSync(fileURLToPath(url));
}
