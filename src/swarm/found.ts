// Remembers how a server was found when it was last asked, for those who may not wait for it.
import type { Contact, Disk, Known, MeasuredDisk } from "../core/known.ts";
import type { Clock } from "../core/ports.ts";

export class Found implements Known {
  readonly #clock: Clock;
  #contact: Contact | undefined;
  #disk: MeasuredDisk | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get contact(): Contact | undefined {
    return this.#contact;
  }

  get disk(): MeasuredDisk | undefined {
    return this.#disk;
  }

  note(isReachable: boolean): void {
    if (this.#contact?.isReachable === isReachable) return;
    this.#contact = { isReachable, since: this.#clock.now() };
  }

  measured(disk: Disk | undefined): void {
    this.#disk = disk && { ...disk, at: this.#clock.now() };
  }
}
