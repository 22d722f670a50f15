// Takes apart what a program says, as it comes.
import { StringDecoder } from "node:string_decoder";

export interface Lines {
  add(chunk: Uint8Array): void;
  /** The last line may have no end. */
  end(): void;
}

export function linesTo(told: (line: string) => void): Lines {
  const decoder = new StringDecoder();
  let waiting = "";
  return {
    add: (chunk) => {
      const parts = (waiting + decoder.write(Buffer.from(chunk))).split("\n");
      waiting = parts.pop() ?? "";
      for (const line of parts) told(line);
    },
    end: () => {
      const rest = waiting + decoder.end();
      waiting = "";
      if (rest !== "") told(rest);
    },
  };
}

export interface Hearing {
  readonly hear: (chunk: Uint8Array) => void;
  /** All of it until now. */
  readonly said: () => string;
}

export function hearAll(): Hearing {
  const decoder = new StringDecoder();
  let said = "";
  return {
    hear: (chunk) => {
      said += decoder.write(Buffer.from(chunk));
    },
    said: () => said,
  };
}

/** Undefined where the line is none. */
export function jsonOf(line: string): unknown {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
