// Finds Matrix IDs that a person could take for one another.

export type MemberWarning =
  /** Letters beyond ASCII; they may look like ASCII ones. */
  | { readonly kind: "non-ascii"; readonly user: string; readonly letters: readonly string[] }
  /** The same name on another server. */
  | { readonly kind: "same-name"; readonly user: string; readonly other: string }
  /** Names that a person reads as the same. */
  | { readonly kind: "looks-alike"; readonly user: string; readonly other: string };

/** What is odd about this ID, by itself and beside the members'. */
export function memberWarnings(user: string, members: readonly string[]): readonly MemberWarning[] {
  const face = faceOf(user);
  const alike = members.filter((member) => member !== user && faceOf(member) === face);
  return [
    ...nonAscii(user),
    ...alike.map((other): MemberWarning => {
      const kind = nameOf(user) === nameOf(other) ? "same-name" : "looks-alike";
      return { kind, user, other };
    }),
  ];
}

/** The same for all of them, each pair once. */
export function allMemberWarnings(members: readonly string[]): readonly MemberWarning[] {
  return members.flatMap((user, index) => memberWarnings(user, members.slice(0, index)));
}

/** Said here, since the config says it too and sees no words. */
export function warningSentence(warning: MemberWarning): string {
  switch (warning.kind) {
    case "non-ascii":
      return `${warning.user} has letters that are not ASCII and may look like others: ${warning.letters.map(letterWords).join(", ")}`;
    case "same-name":
      return `${warning.user} and ${warning.other} have the same name on two servers: they are two accounts`;
    case "looks-alike":
      return `${warning.user} and ${warning.other} look alike, and are two accounts`;
  }
}

function letterWords(letter: string): string {
  const number = letter.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0");
  return `${letter} (U+${number ?? ""})`;
}

function nonAscii(user: string): readonly MemberWarning[] {
  const letters = [...new Set(user.match(/[^\0-\u007f]/gu))];
  return letters.length === 0 ? [] : [{ kind: "non-ascii", user, letters }];
}

/** Between @ and the first colon. */
function nameOf(user: string): string {
  return user.slice(1).split(":", 1).join();
}

/** IDs with the same face look alike, wherever their servers are. */
function faceOf(user: string): string {
  return nameOf(user)
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/./gu, (letter) => TWINS[letter] ?? letter)
    .replaceAll(/[\p{M}\p{P}\p{S}\p{Z}\p{C}]/gu, "")
    .replaceAll("rn", "m")
    .replaceAll("vv", "w")
    .replaceAll("cl", "d");
}

/** Letters and digits by the ASCII letter that they are read as. */
const TWINS: Readonly<Record<string, string>> = twins({
  a: "а α 4",
  b: "в β ь 8",
  c: "с ς",
  d: "ԁ",
  e: "е є ε 3",
  g: "ɡ",
  h: "һ н",
  j: "ј",
  k: "к κ",
  l: "i і ї ι ɩ ı ӏ 1 | !",
  m: "м",
  n: "п η",
  o: "о ο σ 0",
  p: "р ρ",
  q: "ԛ",
  s: "ѕ 5",
  t: "т τ",
  u: "υ μ",
  v: "ѵ ν",
  w: "ԝ ω",
  x: "х χ",
  y: "у γ",
  z: "ζ 2",
});

function twins(table: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(table).flatMap(([letter, others]) =>
      others
        .split(" ")
        .filter((other) => other !== "")
        .map((other) => [other, letter]),
    ),
  );
}
