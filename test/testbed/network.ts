// The network between the hosts: a switch in a namespace of its own, with a wire to this machine.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { Ledger } from "./ledger.ts";
import { Space } from "./space.ts";

const noSuchName = join(import.meta.dirname, "no-such-name.ts");

export class Network {
  readonly #switch: Space;
  readonly subnet: string;

  private constructor(space: Space, subnet: string) {
    this.#switch = space;
    this.subnet = subnet;
  }

  /**
   * Brings up the switch; `wire` names the interface on this machine (at most 15 characters).
   * An engine in this machine's namespace would drop what hosts send each other, so nothing is bridged here.
   */
  static async open(ledger: Ledger, wire: string, subnet: string, log: string): Promise<Network> {
    const space = await Space.open(ledger, "switch", log, async (made) => {
      await unplugWire(wire);
      await made.exec(
        "ip",
        "link",
        "add",
        "switch",
        "address",
        cardOf(subnet, 2),
        "type",
        "bridge",
      );
      await made.exec("ip", "address", "add", `${subnet}.2/24`, "dev", "switch");
      await made.exec("ip", "link", "set", "switch", "up");
      await made.daemon(log, process.execPath, noSuchName, `${subnet}.2`);
      const here = ["link", "add", wire, "type", "veth"];
      await execa("ip", [...here, "peer", "name", "machine", "netns", String(made.pid)]);
      await made.exec("ip", "link", "set", "machine", "master", "switch", "up");
      await execa("ip", ["address", "add", `${subnet}.1/24`, "dev", wire]);
      await execa("ip", ["link", "set", wire, "up"]);
    });
    return new Network(space, subnet);
  }

  /** The switch's own address, where the registry listens. */
  get address(): string {
    return `${this.subnet}.2`;
  }

  /** Runs a daemon on the switch itself. */
  async daemon(log: string, ...argv: readonly string[]): Promise<void> {
    await this.#switch.daemon(log, ...argv);
  }

  /** Gives a space its network card `eth0` with this number in the subnet. */
  async plug(space: Space, number: number): Promise<void> {
    const port = `port${String(number)}`;
    // A host that was killed an instant ago may still have its end of the wire here.
    await this.#switch.exec("sh", "-c", 'ip link delete "$1" 2>/dev/null || true', "sh", port);
    const card = ["link", "add", "eth0", "address", cardOf(this.subnet, number)];
    const wire = [...card, "netns", String(space.pid), "type", "veth"];
    await execa("ip", [...wire, "peer", "name", port, "netns", String(this.#switch.pid)]);
    await this.#switch.exec("ip", "link", "set", port, "master", "switch", "up");
    await space.exec("ip", "address", "add", `${this.subnet}.${String(number)}/24`, "dev", "eth0");
    await space.exec("ip", "link", "set", "eth0", "up");
  }

  /** Takes a port of the switch down or up: the host behind it is cut off, and does not notice. */
  async setPort(number: number, state: "up" | "down"): Promise<void> {
    await this.#switch.exec("ip", "link", "set", `port${String(number)}`, state);
  }
}

/** The kernel takes a wire away with its other end, but only some time later. */
export async function unplugWire(wire: string): Promise<void> {
  if (existsSync(`/sys/class/net/${wire}`)) {
    await execa("ip", ["link", "delete", wire], { reject: false });
  }
}

/** The same hardware address for a number every time: others remember it for a while. */
function cardOf(subnet: string, number: number): string {
  const octets = [...subnet.split("."), String(number)].map(Number);
  return ["02", "00", ...octets.map((octet) => octet.toString(16).padStart(2, "0"))].join(":");
}
