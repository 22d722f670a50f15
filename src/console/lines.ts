// Reads and writes JSON lines on a socket.
import type { Socket } from "node:net";

/** More than the longest file moot sends. */
const LONGEST = 16 * 1024 * 1024;

export function writeLine(socket: Socket, value: unknown): void {
  if (socket.writable) socket.write(`${JSON.stringify(value)}\n`);
}

/** Hands over each line as the JSON value it is; a peer that writes something else is cut off. */
export function onLine(socket: Socket, take: (value: unknown) => void): void {
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    rest += chunk;
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LONGEST) socket.destroy();
    for (const line of lines) {
      const value = parsed(line);
      if (value === undefined) return void socket.destroy();
      take(value);
    }
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
