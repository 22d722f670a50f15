// What a room hears while moot's own disk is full and a command waits for it.
import { text, type Doc } from "../core/doc.ts";

/** `where` is what could not be written. */
export function waitsForSpaceDoc(where: string): Doc {
  return [
    text([
      "moot's own disk is full: ",
      { code: where },
      " could not be written. Nothing was lost.",
    ]),
    text(
      "Free some space on the machine moot runs on. Your command waits, and is taken up by itself then.",
    ),
  ];
}
