// Packs a few small files into a tar archive (POSIX ustar), as the engine takes files for a container.
import type { ExecFile } from "../core/exec.ts";

const BLOCK = 512;
const LONGEST_NAME = 100;

/** Folders are left to whoever unpacks it: those that are there keep their rights. */
export function packTar(files: readonly ExecFile[]): Buffer {
  const entries = files.flatMap(({ path, content, mode = 0o644 }) => {
    const body = Buffer.from(content);
    const padding = Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK);
    return [header(nameOf(path), body.length, mode), body, padding];
  });
  return Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]);
}

function nameOf(path: string): string {
  const name = path.slice(1);
  const isPlain = name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  if (!path.startsWith("/") || !isPlain || Buffer.byteLength(name) > LONGEST_NAME) {
    throw new Error(`not a path for a file in a container: ${path}`);
  }
  return name;
}

function header(name: string, size: number, mode: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0);
  block.write(octal(mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  // Counted as spaces in its own sum.
  block.write(" ".repeat(8), 148);
  block.write("0", 156);
  block.write("ustar\x0000", 257);
  block.write(`${octal(sumOf(block), 7)} `, 148);
  return block;
}

function sumOf(block: Buffer): number {
  return block.reduce((sum, byte) => sum + byte, 0);
}

/** Ends in a zero byte. */
function octal(value: number, length: number): string {
  return `${value.toString(8).padStart(length - 1, "0")}\0`;
}
