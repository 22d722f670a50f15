// A client that says exactly what a test wants it to say, down to the bytes.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** One request over a connection of its own, with the Host header given. */
export async function ask(
  port: number,
  path: string,
  { method = "GET", host = `127.0.0.1:${port}`, token }: How = {},
): Promise<Answered> {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${host}`,
    ...(token === undefined ? [] : [`Authorization: ${token}`]),
    "Connection: close",
  ];
  const socket = await dial(port);
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  return read(await text(socket));
}

export interface How {
  readonly method?: string;
  readonly host?: string;
  /** The whole Authorization header. */
  readonly token?: string;
}

export async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1" });
  // A connection that is cut off is an ending, too.
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

function read(answer: string): Answered {
  const [head = "", ...body] = answer.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const headers = new Headers(
    lines.map((line): [string, string] => {
      const [name = "", ...value] = line.split(": ");
      return [name, value.join(": ")];
    }),
  );
  return { status: Number(first.split(" ")[1]), headers, body: body.join("\r\n\r\n") };
}
