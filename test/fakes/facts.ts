// Facts that are gone with the test.
import type { Facts } from "../../src/core/ledger.ts";

export class MemoryFacts implements Facts {
  readonly all = new Map<string, string>();

  get(name: string): string | undefined {
    return this.all.get(name);
  }

  set(name: string, value: string | undefined): void {
    if (value === undefined) this.all.delete(name);
    else this.all.set(name, value);
  }
}
