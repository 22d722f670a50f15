// How a transaction of IndexedDB stands in SQLite: by itself, or as a part of what is kept as one.
import type { Database } from "../database.ts";

interface Words {
  readonly begin: string;
  readonly keep: string;
  readonly undo: string;
}

const ALONE: Words = { begin: "BEGIN IMMEDIATE", keep: "COMMIT", undo: "ROLLBACK" };
const PART: Words = {
  begin: "SAVEPOINT part",
  keep: "RELEASE part",
  undo: "ROLLBACK TO part; RELEASE part",
};

export class Writes {
  readonly #database: Database;
  #words = ALONE;

  constructor(database: Database) {
    this.#database = database;
  }

  begin(): void {
    this.#database.execute(this.#words.begin);
  }

  keep(): void {
    this.#database.execute(this.#words.keep);
  }

  undo(): void {
    this.#database.execute(this.#words.undo);
  }

  /** From now on all transactions are parts of one. */
  beginOne(): void {
    this.#database.execute(ALONE.begin);
    this.#words = PART;
  }

  keepOne(): void {
    this.#words = ALONE;
    try {
      this.#database.execute(ALONE.keep);
    } catch (problem) {
      this.#giveUp();
      throw problem;
    }
  }

  /** On a full disk SQLite may have done so by itself. */
  #giveUp(): void {
    try {
      this.#database.execute(ALONE.undo);
    } catch (problem) {
      if (!String(problem).includes("no transaction is active")) throw problem;
    }
  }
}
