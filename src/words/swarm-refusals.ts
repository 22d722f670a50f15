// Refusals that a swarm and its nodes give: what stands in the way there, and what to do next.
import { code, text } from "../core/doc.ts";
import type { RefusalReason } from "../core/errors.ts";
import type { Words } from "./people-refusals.ts";
import { firstOf } from "./phrases.ts";

type SwarmKinds =
  | "server-unreachable"
  | "host-key-unknown"
  | "host-key-changed"
  | "no-swarm"
  | "node-unknown"
  | "node-other"
  | "node-down"
  | "in-use"
  | "not-running";

type Place = Pick<
  Extract<RefusalReason, { readonly kind: "server-unreachable" }>,
  "server" | "node"
>;

export const SWARM_REFUSALS: Words<SwarmKinds> = {
  "server-unreachable": (r) => [
    text(["The ", ...placed(r), ` cannot be reached: ${r.problem}`]),
    text([
      "Nothing was changed by this command. ",
      { code: "!servers" },
      " shows which servers answer.",
    ]),
  ],
  "host-key-unknown": (r) => [
    text(["The ", ...placed(r), " showed a host key that moot does not know, so it was not used."]),
    text(["Fingerprint: ", { code: r.fingerprint }, ". Compare it on the server itself with:"]),
    code("ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub"),
    text(
      `If it is the same, add this under that ${r.node === undefined ? "server" : "node"} in moot's config and start moot again:`,
    ),
    code(r.line),
  ],
  "host-key-changed": (r) => [
    text([
      { strong: "The host key of " },
      ...(r.node === undefined ? [{ code: r.server }] : ["the ", ...placed(r)]),
      { strong: " has changed. " },
      "Somebody may be between moot and the server; moot has stopped talking to it.",
    ]),
    text(["Expected ", { code: r.expected }, ", found ", { code: r.found }, "."]),
    text(
      "If the server was set up anew, put its new key into hostKey in moot's config and start moot again; where the room added it, remove it with !servers remove and add it anew.",
    ),
  ],
  "no-swarm": (r) => [
    text(["The server ", { code: r.server }, " is not a swarm manager."]),
    text([
      "On the server, run ",
      { code: "docker swarm init" },
      " and ",
      { code: "docker network create -d overlay proxy" },
      ".",
    ]),
  ],
  "node-unknown": (r) => [
    text([
      "This has to be done on the node ",
      { code: r.node },
      " of ",
      { code: r.server },
      ", to which moot has no way. Nothing was changed.",
    ]),
    text(["Add it under ", { code: r.server }, " in moot's config and start moot again:"]),
    code(
      [
        "nodes:",
        `  ${r.node}:`,
        "    ssh: USER@ADDRESS",
        '    hostKey: "FIRST TWO WORDS OF /etc/ssh/ssh_host_ed25519_key.pub THERE"',
      ].join("\n"),
    ),
  ],
  "node-other": (r) => [
    text([
      "The machine that moot's config gives as node ",
      { code: r.node },
      " of ",
      { code: r.server },
      " is not that node, so it was not used.",
    ]),
    text([
      "Compare the name under nodes with ",
      { code: "docker node ls" },
      " and the address under it with that machine's, then start moot again.",
    ]),
  ],
  "node-down": (r) => [
    text([
      "The node ",
      { code: r.node },
      " of ",
      { code: r.server },
      " is down, and it may hold a part of this. Nothing was changed.",
    ]),
    text([
      "Bring it up and type the command again. If it will never come back, take it out of the swarm first: ",
      { code: `docker node rm --force ${r.node}` },
    ]),
  ],
  "in-use": (r) => [
    text([
      `The ${r.what} `,
      { code: r.name },
      ` is still used by ${r.by.length === 0 ? "something" : firstOf(r.by, 5)}, so it was not removed.`,
    ]),
    text([
      "Take that away first (",
      { code: "!apps" },
      " lists what runs), then type the command again.",
    ]),
  ],
  "not-running": (r) => [
    text([
      "The service ",
      { code: r.service },
      " of ",
      { code: r.app ?? r.stack },
      ` does not run: ${r.problem}. Nothing was run in it.`,
    ]),
    text(["Type ", { code: `!ps ${r.app ?? "APP"}` }, " to see its tasks."]),
  ],
};

function placed({ server, node }: Place): Exclude<Parameters<typeof text>[0], string> {
  return node === undefined
    ? ["server ", { code: server }]
    : ["node ", { code: node }, " of the server ", { code: server }];
}
