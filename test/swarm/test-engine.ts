// A small HTTP server where a Docker engine would be.
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";

/** `/_ping`, bodies sent back, and raw streams that end with a count. */
export class TestEngine implements AsyncDisposable {
  readonly path: string;
  /** How many connections there are through `dial`. */
  dialled = 0;
  readonly #server: Server;
  readonly #folder: string;

  static async start(): Promise<TestEngine> {
    const folder = await mkdtemp(join(tmpdir(), "moot-engine-"));
    const server = createServer((request, response) => {
      if (request.url === "/silent") return;
      if (request.url === "/_ping") response.end("OK");
      else request.pipe(response);
    });
    server.on("upgrade", (_request, socket: Duplex) => {
      socket.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
      let bytes = 0;
      socket.on("data", (chunk: Buffer) => (bytes += chunk.length));
      socket.on("error", () => undefined);
      socket.on("end", () => socket.end(`read ${bytes}\n`));
    });
    server.listen(join(folder, "docker.sock"));
    await once(server, "listening");
    return new TestEngine(server, folder);
  }

  private constructor(server: Server, folder: string) {
    this.#server = server;
    this.#folder = folder;
    this.path = join(folder, "docker.sock");
  }

  dial(): Socket {
    const socket = connect({ path: this.path, allowHalfOpen: true });
    this.dialled += 1;
    return socket.once("close", () => (this.dialled -= 1));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
