// Makes the names tests speak of, through the same checks as everybody's.

/** The text as that kind of name; throws when it is none. */
export function named<Name extends string>(is: (text: string) => text is Name, text: string): Name {
  if (!is(text)) throw new Error(`${text} is not such a name`);
  return text;
}
