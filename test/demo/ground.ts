// Prepares what the demo stands on: one swarm host, recipes and a team; takes it all down again.
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { buildHouse, type House, type HouseOptions } from "../e2e/house.ts";
import { keptSections, makeRepository } from "../e2e/kept-config.ts";
import { closeTestbed, openTestbed, type Testbed } from "../testbed/index.ts";
import { folderOf, ledgerOf } from "../testbed/testbed.ts";

export const NAME = "moot-demo";
const SERVER = "alpha.localhost";
/** The members' server name, with a homeserver and without. */
const SERVER_NAME = "moot.test";

/** Idempotent: what a former demo left running is used again. */
export async function openGround(say: (line: string) => void): Promise<Testbed> {
  return openTestbed({ name: NAME, subnet: "10.79.0", hosts: ["alpha"], say });
}

export async function furnish(
  testbed: Testbed,
  matrix?: NonNullable<HouseOptions["matrix"]>,
): Promise<House> {
  const folder = mootFolder();
  await mkdir(folder, { recursive: true });
  const kept = join(testbed.folder, "kept");
  await makeRepository(kept);
  return buildHouse({
    folder,
    testbed,
    servers: { [SERVER]: "alpha" },
    rules: { roles: { watcher: ["backups"], operator: ["backup", "drill"], keeper: ["restore"] } },
    sections: await keptSections(testbed, folder, { [SERVER]: kept }),
    serverName: SERVER_NAME,
    ...(matrix === undefined ? {} : { matrix }),
  });
}

/** Throws where somebody talks to the demo's moot already: there is one, with one database. */
export async function requireClosed(): Promise<void> {
  const socket = connect(join(mootFolder(), "room", "moot.sock"));
  const isOpen = await once(socket, "connect").then(
    () => true,
    () => false,
  );
  socket.destroy();
  if (isOpen) throw new Error('the demo is open in another terminal: type "exit" there first.');
}

function mootFolder(): string {
  return join(folderOf(NAME), "moot");
}

/** Removes every server, network and state the demo made. */
export async function removeGround(): Promise<void> {
  await closeTestbed(NAME);
}

/** Lets http://hello.localhost open on this machine; false where something else answers on port 80. */
export async function lendPort(testbed: Testbed): Promise<boolean> {
  const ledger = ledgerOf(NAME);
  if ((await ledger.running("web")) !== undefined) return true;
  if (!(await isFree(80))) return false;
  const program = join(import.meta.dirname, "web.ts");
  const address = testbed.host("alpha").address;
  await ledger.start("web", [process.execPath, program, address], join(testbed.folder, "web.log"));
  return true;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const failed = once(server, "error").then(() => false);
  server.listen({ host: "127.0.0.1", port });
  const isListening = await Promise.race([once(server, "listening").then(() => true), failed]);
  server.close();
  return isListening;
}
