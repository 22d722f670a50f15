// What people are asked to agree to when a server is to be added, forgotten or tidied.
import { code, list, text, type Block, type Doc, type Line, type Span } from "../core/doc.ts";
import type { Proposal } from "../core/proposal.ts";
import { KEPT_POINTS } from "../core/return-points.ts";
import type { NewServer, Stop, Waste } from "../core/servers.ts";
import { loginText } from "../core/ssh-address.ts";
import { counted, firstOf, size } from "./phrases.ts";

type ServerProposal = Extract<Proposal, { readonly kind: "server" | "server-remove" | "prune" }>;

/** As it follows on "asks to". */
export function serverWords(proposal: ServerProposal): readonly Span[] {
  switch (proposal.kind) {
    case "server": {
      const { server, address } = proposal.newcomer;
      return ["add the server ", { strong: server }, ", reached at ", { code: loginText(address) }];
    }
    case "server-remove":
      return ["forget the server ", { strong: proposal.server }];
    case "prune":
      return ["free what nothing needs on ", { strong: proposal.server }];
  }
}

/** `short` leaves out names that are many; who agrees can read all of them in the long form. */
export function serverBlocks(
  proposal: Proposal,
  form: "short" | "long" = "long",
): readonly Block[] {
  switch (proposal.kind) {
    case "server":
      return newcomerBlocks(proposal.newcomer);
    case "server-remove":
      return [
        text(
          "moot forgets how to reach it, and its own key for it. Nothing on it is changed; take moot's line out of authorized_keys there afterwards.",
        ),
      ];
    case "prune":
      return wasteBlocks(proposal.waste, form);
    default:
      return [];
  }
}

function newcomerBlocks({ address, jump, publicKey }: NewServer): readonly Block[] {
  return [
    ...(jump === undefined ? [] : keyBlocks(jump, "The jump host")),
    ...keyBlocks(address, "It"),
    text(
      "Agree only if it is the same there. If it is not, somebody may be between moot and the server.",
    ),
    text([
      "Then put this line into ",
      { code: `~${address.user}/.ssh/authorized_keys` },
      jump === undefined
        ? " there; it is moot's key for this server alone:"
        : " on both; it is moot's key for this server alone:",
    ]),
    code(publicKey),
    ...(address.user === "root"
      ? []
      : [
          text([
            `${address.user} must be allowed to use Docker: `,
            { code: `usermod -aG docker ${address.user}` },
          ]),
        ]),
  ];
}

function keyBlocks({ host, hostKey }: Stop, who: string): readonly Block[] {
  return [
    text([
      `${who}, ${host}, shows a host key with the fingerprint `,
      { code: hostKey.fingerprint },
      ". Compare it on the machine itself, at its console or in a session that you trust:",
    ]),
    code(`ssh-keygen -lf /etc/ssh/${keyFile(hostKey.line)}`),
  ];
}

/** Where sshd keeps the key that it shows. */
function keyFile(line: string): string {
  const type = line.split(" ")[0] ?? "";
  const kind = type.startsWith("ecdsa") ? "ecdsa" : type.replace("ssh-", "");
  return `ssh_host_${kind}_key.pub`;
}

const MOST_NAMES = 8;
const NOUNS: Readonly<Record<Waste["kind"], readonly [one: string, many: string]>> = {
  container: ["stopped container", "stopped containers"],
  image: ["unused image", "unused images"],
  network: ["unused network", "unused networks"],
  config: ["config that no service uses", "configs that no service uses"],
  "build-cache": ["build cache", "build caches"],
};

function wasteBlocks(waste: readonly Waste[], form: "short" | "long"): readonly Block[] {
  return [
    list(wasteLines(waste, form)),
    text(
      `Volumes and secrets stay, and so does all that the newest ${KEPT_POINTS} good deployments of each app need to go back. What is needed by then stays too.`,
    ),
  ];
}

/** A line for each kind, with what it alone takes. */
export function wasteLines(
  waste: readonly Waste[],
  form: "short" | "long" = "short",
): readonly Line[] {
  return KINDS.flatMap((kind): readonly Line[] => {
    const some = waste.filter((one) => one.kind === kind);
    if (some.length === 0) return [];
    const bytes = some.reduce((sum, one) => sum + (one.bytes ?? 0), 0);
    const takes = bytes === 0 ? "" : `, ${size(bytes)}`;
    if (kind === "build-cache") return [`build cache${takes}`];
    const names = firstOf(
      some.map(({ name }) => name),
      form === "long" ? some.length : MOST_NAMES,
    );
    return [`${counted(some.length, ...NOUNS[kind])}${takes}: ${names}`];
  });
}

const KINDS = ["container", "image", "build-cache", "network", "config"] as const;

/** What was done on the asker's own word. */
export function doneDoc(proposal: Proposal): Doc {
  return proposal.kind === "server-remove"
    ? [
        text([
          { strong: proposal.server },
          " is forgotten. Take moot's line out of authorized_keys there.",
        ]),
      ]
    : [text("Done.")];
}
