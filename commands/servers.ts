// !servers: every server with its engine, swarm, memory, disk, clock and certificates; or add one, forget one, tidy one.
import type { Command, Invocation, Outcome, Sight } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import { isServerName } from "../src/core/ids.ts";
import type { Way } from "../src/core/servers.ts";
import { parseLogin, SSH_FORM, type Login } from "../src/core/ssh-address.ts";
import { nothingToPruneDoc } from "../src/words/errands.ts";
import { serversDoc } from "../src/words/servers.ts";
import { troublesDoc } from "../src/words/troubles.ts";

export const servers: Command = {
  name: "servers",
  forms: { add: "servers.edit", remove: "servers.edit", prune: "servers.edit" },
  summary: "the servers and how they are; add, forget or tidy one",
  usage: [
    "!servers",
    "!servers add NAME SSH-ADDRESS [--jump SSH-ADDRESS]",
    "!servers remove NAME",
    "!servers prune NAME",
  ],
  details: [
    "Alone: asks every server that you may see: engine version, swarm role, nodes, memory, disk, clock, certificates that end within 14 days where Traefik runs, and what was told to be wrong and is still.",
    "add takes in a server under the name that abra's folder for it has. moot makes a key for it and shows the server's fingerprint, for people to compare and agree to. --jump names a host to go through.",
    "remove forgets a server that was added so; prune shows what nothing on a server needs, and removes it once people agree. Volumes, secrets and what apps need to go back are never removed.",
  ],
  flags: { jump: "value" },
  words: { min: 0, max: 3 },
  takesSettings: false,
  async run(invocation, sight, signal) {
    const [form, name] = invocation.words;
    requireCount(invocation);
    if (form === undefined) {
      const surveys = serversDoc(await sight.surveys(signal), sight.now);
      return { kind: "reply", doc: [...surveys, ...troublesDoc(sight.troubles(), sight.now)] };
    }
    if (form === "add") return add(invocation, sight, signal);
    if (form === "remove") {
      const server = await sight.addedServer(name ?? "", signal);
      return { kind: "propose", proposal: { kind: "server-remove", server } };
    }
    const server = sight.server(name ?? "");
    const { waste } = await sight.prunable(server, signal);
    if (waste.length === 0) return { kind: "reply", doc: nothingToPruneDoc(server) };
    return { kind: "propose", proposal: { kind: "prune", server, waste } };
  },
};

const WORDS: Readonly<Record<string, number>> = { add: 3, remove: 2, prune: 2 };

function requireCount({ words, flags }: Invocation): void {
  const [form] = words;
  if (flags["jump"] !== undefined && form !== "add") throw wrong("--jump belongs to add.");
  if (form === undefined) return;
  const wanted = Object.hasOwn(WORDS, form) ? WORDS[form] : undefined;
  if (wanted === undefined) throw wrong("the word after it is add, remove or prune, or none.");
  if (words.length < wanted) throw wrong("a word is missing.");
  if (words.length > wanted) throw wrong("there are too many words.");
}

async function add(
  { words, flags }: Invocation,
  sight: Sight,
  signal: AbortSignal,
): Promise<Outcome> {
  const [, name = "", address = ""] = words;
  if (!isServerName(name)) {
    throw wrong(
      "NAME is the server's name as abra has it: small letters, digits, dots and dashes, such as alpha.example.coop.",
    );
  }
  const jump = flags["jump"];
  const way: Way = {
    address: loginOf(address),
    ...(jump === undefined ? {} : { jump: loginOf(jump) }),
  };
  const newcomer = await sight.newServer(name, way, signal);
  return { kind: "propose", proposal: { kind: "server", newcomer } };
}

function loginOf(typed: string): Login {
  const login = parseLogin(typed);
  if (login !== undefined) return login;
  throw wrong(`an SSH address is ${SSH_FORM}.`);
}

function wrong(problem: string): Refusal {
  return new Refusal({ kind: "bad-argument", command: "servers", problem, usage: servers.usage });
}
