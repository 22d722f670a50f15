// Opens a local socket that nobody but its owner can reach.
import { once } from "node:events";
import { chmod, mkdir, rm, stat } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import path from "node:path";
import { Refusal } from "../core/errors.ts";

/** What the kernel takes for the path of a socket. */
const LONGEST_PATH = 107;

/** Throws Refusal when the path is taken by a living program, too long, or in a folder others can enter. */
export async function listenPrivately(
  file: string,
  welcome: (socket: Socket) => void,
): Promise<{ close(): Promise<void> }> {
  if (Buffer.byteLength(file) > LONGEST_PATH) {
    throw refusal(`the path ${file} is longer than ${LONGEST_PATH} bytes; choose a shorter one.`);
  }
  await makePrivate(path.dirname(file));
  if (await answers(file)) throw refusal(`another moot already listens on ${file}; stop it first.`);
  await rm(file, { force: true });
  const server = createServer(welcome);
  server.listen(file);
  await once(server, "listening");
  await chmod(file, 0o600);
  return {
    async close() {
      if (!server.listening) return;
      server.close();
      await once(server, "close");
    },
  };
}

async function makePrivate(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { mode, uid } = await stat(folder);
  // Not changed by us: a folder that others use may hold more than our socket.
  if ((mode & 0o077) !== 0 || uid !== process.getuid?.()) {
    throw refusal(
      `others can enter ${folder}; make it yours alone with chmod 700, or choose another.`,
    );
  }
}

/** A socket file whose program was killed stays behind and refuses. */
async function answers(file: string): Promise<boolean> {
  const socket = connect(file);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function refusal(problem: string): Refusal {
  return new Refusal({ kind: "step-failed", step: "open the console room", problem });
}
