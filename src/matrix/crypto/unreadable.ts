// Why an encrypted event is not taken for what its sender said.

export class Unreadable extends Error {
  /**
   * `no-key`: it may yet come. `forged`: the sender is not who signed it. `copy`: it was said before, elsewhere in the room.
   * `unsigned`, `changed`: it could be read, but its sender is not trusted.
   */
  readonly why: "no-key" | "forged" | "broken" | "copy" | "unsigned" | "changed";
  /** Whether its sender may wait for something to come of it. */
  readonly isAwaited: boolean;

  constructor(why: Unreadable["why"], problem: string, isAwaited = why === "broken") {
    super(problem);
    this.name = "Unreadable";
    this.why = why;
    this.isAwaited = isAwaited;
  }
}
