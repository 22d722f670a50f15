// A port on this machine that takes connections and leaves them to the test.
import { createServer, type Socket } from "node:net";

export interface Listener extends AsyncDisposable {
  readonly port: number;
  /** The next connection made to it. */
  connection(): Promise<Socket>;
}

export async function listen(): Promise<Listener> {
  const server = createServer();
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it listens on no port");
  return {
    port: address.port,
    connection: () => new Promise((met) => server.once("connection", met)),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
