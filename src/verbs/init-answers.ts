// Asks for what a config needs, line by line; an answer that cannot be is asked for again.
import { login } from "../config/addresses.ts";
import { isRoomId, isServerName, isUserId } from "../core/ids.ts";
import type { NewConfig, NewMatrix, NewServer } from "../words/new-config.ts";
import { WrongUsage } from "./verb.ts";

export class Questions {
  readonly #lines: AsyncIterator<string>;
  readonly #print: (text: string) => void;

  constructor(lines: AsyncIterable<string>, print: (text: string) => void) {
    this.#lines = lines[Symbol.asyncIterator]();
    this.#print = print;
  }

  /** The usual answer stands in brackets, and is meant by an empty line. */
  async ask(question: string, { usual = "", fits, form }: Form): Promise<string> {
    for (;;) {
      this.#print(usual === "" ? `${question}: ` : `${question} [${usual}]: `);
      const line: IteratorResult<string, unknown> = await this.#lines.next();
      if (line.done === true) throw new WrongUsage("the answers ended before all was asked");
      const answer = line.value.trim() === "" ? usual : line.value.trim();
      if (fits(answer)) return answer;
      this.#print(`That cannot be: ${form}.\n`);
    }
  }
}

interface Form {
  readonly usual?: string;
  readonly fits: (answer: string) => boolean;
  /** What it should look like. */
  readonly form: string;
}

/** Who speaks, where, and who may: what abra does not know. */
export async function askPeople(
  questions: Questions,
): Promise<Pick<NewConfig, "matrix" | "members">> {
  const homeserver = await questions.ask("Your homeserver's address (empty: no Matrix yet)", {
    fits: (answer) => answer === "" || isAddress(answer),
    form: "it begins with https://, such as https://matrix.example.coop",
  });
  const matrix = homeserver === "" ? undefined : await askMatrix(questions, homeserver);
  const members = await questions.ask(
    "Who may run everything: full Matrix IDs, with spaces between",
    {
      fits: (answer) => wordsOf(answer).length > 0 && wordsOf(answer).every(isUserId),
      form: "each looks like @ana:example.coop",
    },
  );
  return { ...(matrix !== undefined && { matrix }), members: [...new Set(wordsOf(members))] };
}

async function askMatrix(questions: Questions, homeserver: string): Promise<NewMatrix> {
  const user = await questions.ask("moot's own account there", {
    fits: isUserId,
    form: "a full Matrix ID, such as @moot:example.coop",
  });
  const password = await questions.ask("The file that holds its password", {
    usual: "./moot-password",
    fits: (answer) => answer !== "",
    form: "a path",
  });
  const storeKey = await questions.ask("The file that holds the key for encrypted rooms", {
    usual: "./moot-store-key",
    fits: (answer) => answer !== "",
    form: "a path",
  });
  const room = await questions.ask("The room it listens in, an encrypted one", {
    fits: (answer) => isRoomId(answer) || /^#[^\s:]+:\S+$/.test(answer),
    form: "an alias or id, such as #ops:example.coop",
  });
  return { homeserver, user, password, storeKey, room };
}

export async function askServers(
  questions: Questions,
  hostKeys: (host: string, port: number) => readonly string[],
): Promise<readonly NewServer[]> {
  const servers: NewServer[] = [];
  for (;;) {
    const which =
      servers.length === 0 ? "A server's name, as abra has it" : "Another server's name";
    const name = await questions.ask(`${which} (empty: no more)`, {
      fits: (answer) =>
        answer === "" || (isServerName(answer) && servers.every((one) => one.name !== answer)),
      form: "a name of its own in small letters, such as alpha.example.coop",
    });
    if (name === "") return servers;
    servers.push(await askServer(questions, name, hostKeys));
  }
}

async function askServer(
  questions: Questions,
  name: string,
  hostKeys: (host: string, port: number) => readonly string[],
): Promise<NewServer> {
  const written = await questions.ask(
    "How ssh reaches it, or the path of a docker socket on this machine",
    {
      usual: name === "default" ? "/var/run/docker.sock" : `root@${name}:22`,
      fits: (answer) => answer.startsWith("/") || login.safeParse(answer).success,
      form: "user@host or user@host:port",
    },
  );
  const way = login.safeParse(written);
  if (!way.success) return { name, way: { kind: "socket", socket: written } };
  const key = await questions.ask("The private key for it, a file without a passphrase", {
    usual: "~/.ssh/id_ed25519",
    fits: (answer) => answer !== "",
    form: "a path",
  });
  const { host, port } = way.data;
  return { name, way: { kind: "ssh", login: written, key, hostKeys: hostKeys(host, port) } };
}

function wordsOf(answer: string): readonly string[] {
  return answer.split(/[\s,]+/).filter((word) => word !== "");
}

function isAddress(answer: string): boolean {
  const url = URL.parse(answer);
  return url !== null && /^https?:$/.test(url.protocol) && url.password === "";
}
