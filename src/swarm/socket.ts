// Offers a server's engine as a unix socket on this machine, for the docker CLI and the API alike.
import { chmod, mkdir, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import type { Link } from "./link.ts";

export interface EngineSocket extends AsyncDisposable {
  readonly path: string;
  /** Why the newest connection got no stream (mostly a Refusal); absent while all is well. Clients only see the connection end. */
  readonly problem: unknown;
  close(): Promise<void>;
}

/** `sun_path` is 108 bytes with its final zero. */
const LONGEST_PATH = 107;

/** Makes the folder (0700) and the socket in it (0600). For a server on this machine the path is the engine's own. */
export async function openSocket(link: Link, folder: string): Promise<EngineSocket> {
  if (link.localSocket !== undefined) return engineHere(link.localSocket);
  const path = join(folder, "docker.sock");
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    throw new Error(`a unix socket's path has ${LONGEST_PATH} bytes at most: ${path}`);
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  await rm(path, { force: true });
  const pipes = new Pipes(link);
  const server = createServer({ allowHalfOpen: true }, (near) => void pipes.add(near));
  server.listen(path);
  await once(server, "listening");
  await chmod(path, 0o600);
  const close = (): Promise<void> => end(server, pipes, path);
  return {
    path,
    get problem() {
      return pipes.problem;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function engineHere(path: string): EngineSocket {
  const close = async (): Promise<void> => undefined;
  return { path, problem: undefined, close, [Symbol.asyncDispose]: close };
}

async function end(server: Server, pipes: Pipes, path: string): Promise<void> {
  pipes.close();
  if (server.listening) {
    const closed = once(server, "close");
    server.close();
    await closed;
  }
  await rm(path, { force: true });
}

class Pipes {
  readonly #link: Link;
  readonly #closing = new AbortController();
  readonly #open = new Set<Socket>();
  problem: unknown;

  constructor(link: Link) {
    this.#link = link;
  }

  async add(near: Socket): Promise<void> {
    this.#open.add(near);
    near.once("close", () => this.#open.delete(near));
    // What went wrong with a pipe shows as its end, to both sides.
    near.on("error", () => undefined);
    try {
      pipe(near, await this.#link.stream(this.#closing.signal));
      this.problem = undefined;
    } catch (error) {
      near.destroy();
      if (!this.#closing.signal.aborted) this.problem = error;
    }
  }

  close(): void {
    this.#closing.abort();
    for (const near of this.#open) near.destroy();
  }
}

/** Each direction ends by itself (the docker CLI half-closes); when one side is gone the other goes too. */
function pipe(near: Socket, far: Duplex): void {
  far.on("error", () => near.destroy());
  far.on("close", () => near.destroySoon());
  near.on("close", () => far.destroy());
  near.pipe(far);
  far.pipe(near);
  if (near.destroyed) far.destroy();
}
