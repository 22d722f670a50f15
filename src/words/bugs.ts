// What people are told of a mistake in moot itself: no more than where to look for it.
import { text, type Doc } from "../core/doc.ts";

export function bugDoc(reference: string): Doc {
  return [
    text(
      `Something in moot itself broke while it did this. Nothing was started. The log has it under ${reference}.`,
    ),
    text([
      "Next: try again; if it breaks again, whoever runs moot can look up ",
      { code: reference },
      ".",
    ]),
  ];
}
