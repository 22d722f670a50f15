// Speaks to a docker engine over its socket: the few questions that arranging and wiping a host needs.
import { request, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

export class Engine {
  readonly socket: string;

  constructor(socket: string) {
    this.socket = socket;
  }

  /** The decoded answer; throws what the engine says against it. */
  async ask(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<unknown> {
    const { status, answer } = await this.#send(method, path, body);
    if (status >= 400) throw new Error(`${method} ${path}: ${answer}`);
    return answer === "" ? undefined : JSON.parse(answer);
  }

  /** Deletes what may be gone already; false where the engine cannot do it yet. */
  async delete(path: string): Promise<boolean> {
    const { status } = await this.#send("DELETE", path);
    return status < 400 || status === 404;
  }

  async isUp(): Promise<boolean> {
    return this.#send("GET", "/_ping").then(
      ({ status }) => status === 200,
      () => false,
    );
  }

  async #send(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly answer: string }> {
    const headers = { "content-type": "application/json" };
    const question = request({ socketPath: this.socket, method, path, headers, timeout: 30_000 });
    question.end(body === undefined ? undefined : JSON.stringify(body));
    question.on("timeout", () => question.destroy(new Error(`${method} ${path}: no answer`)));
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      question.once("response", resolve).once("error", reject);
    });
    return { status: response.statusCode ?? 0, answer: await text(response) };
  }
}
