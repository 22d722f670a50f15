// Why an encrypted event is not taken for what its sender said.

export class Unreadable extends Error {
  /** `no-key`: it may yet come. `forged`: the sender is not who signed it. `copy`: it was said before, elsewhere in the room. */
  readonly why: "no-key" | "forged" | "broken" | "copy";

  constructor(why: Unreadable["why"], problem: string) {
    super(problem);
    this.name = "Unreadable";
    this.why = why;
  }
}
