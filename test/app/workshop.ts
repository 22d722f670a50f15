// A room with a catalogue of a few recipes, good and bad, one more outside it, and a server in memory.
import { expect, vi } from "vitest";
import type { Seed } from "../../src/core/grants.ts";
import { isServerName, isUserId, type UserId } from "../../src/core/ids.ts";
import type { Job } from "../../src/core/job.ts";
import { NO_FEATURES } from "../../src/core/readme.ts";
import { FakeApps } from "../fakes/apps.ts";
import { FakeComposer, meaningOfJson, plainService } from "../fakes/composer.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { FakeHost, FakeHosts } from "../fakes/host.ts";
import { FakeRecipes, type FakeRecipe } from "../fakes/recipes.ts";
import { FakeRegistry } from "../fakes/registry.ts";
import { named } from "../named.ts";
import { ANA, DAN, newChat, openDesk, ROOM, type Desk } from "./desk.ts";

const ALPHA = named(isServerName, "alpha.example.coop");
export const BEA = named(isUserId, "@bea:example.coop");
export const ADDRESS = "https://git.example.org/group/pad.git";
const IMAGE = "registry.example/moot/app:1.0.0";

const SEED: Seed = {
  roles: new Map([
    ["watcher", { may: ["recipes", "check", "apps"] }],
    ["operator", { may: ["watcher", "deploy", "plan", "approve"] }],
  ]),
  members: new Map([
    [ANA, ["operator"]],
    [BEA, ["operator"]],
    [DAN, ["watcher"]],
  ]),
  rooms: [{ name: ROOM, id: ROOM, servers: ["*"] }],
};

function compose(version: string): string {
  return `version: "3.8"
services:
  app:
    image: ${IMAGE}
    healthcheck: { test: ["CMD", "true"] }
    deploy:
      labels:
        - "traefik.enable=true"
        - "coop-cloud.\${STACK_NAME}.version=${version}"
secrets:
  key:
    external: true
    name: \${STACK_NAME}_key_\${SECRET_KEY_VERSION}
`;
}

export const SAMPLE =
  "TYPE=NAME\nDOMAIN=NAME.example.com\nTITLE=Ours\nSECRET_KEY_VERSION=v1\n#SMTP_HOST=x\n";

function files(name: string, version: string): Readonly<Record<string, string>> {
  return {
    "compose.yml": compose(version),
    ".env.sample": SAMPLE.replaceAll("NAME", name),
    "README.md": "> Says hello\n<!-- metadata -->\n* **Backups**: Yes\n<!-- endmetadata -->\n",
  };
}

const RECIPES: Readonly<Record<string, FakeRecipe>> = {
  wiki: {
    description: "Pages",
    versions: {
      "1.0.0+1.0": files("wiki", "1.0.0+1.0"),
      "1.1.0+1.1": files("wiki", "1.0.0+1.0"),
    },
    lightweight: ["2.0.0+2.0", "v2.4.8"],
    told: {
      versions: ["0.9.0+0.9", "1.0.0+1.0"],
      images: { "1.0.0+1.0": { app: "moot/wiki:1.0" } },
      features: { ...NO_FEATURES, status: "4" },
      repository: "https://git.example.coop/recipes/wiki",
    },
  },
  pad: {
    isUnlisted: true,
    address: ADDRESS,
    versions: { "0.1.0+1.0": files("pad", "0.1.0+1.0") },
  },
  broken: {
    versions: { "1.0.0+1.0": { "compose.yml": "", ".env.sample": "TYPE=broken\nTITLE='open\n" } },
  },
  bare: { isUnlisted: true, versions: { "1.0.0+1.0": { "compose.yml": compose("1.0.0+1.0") } } },
  other: { isUnlisted: true, address: "https://git.example.org/wiki", versions: {} },
};

export interface Workshop extends AsyncDisposable {
  readonly desk: Desk;
  readonly apps: FakeApps;
  readonly host: FakeHost;
}

export function openWorkshop(): Workshop {
  const host = new FakeHost({ server: ALPHA, clock: makeFastClock(), meaning: meaningOfJson });
  const apps = new FakeApps();
  const composer = new FakeComposer(({ env, stack }) => ({
    services: [
      plainService("app", IMAGE, {
        env: { TITLE: env["TITLE"] ?? "" },
        secrets: [`${stack}_key_${env["SECRET_KEY_VERSION"] ?? ""}`],
      }),
    ],
    externalSecrets: [`${stack}_key_${env["SECRET_KEY_VERSION"] ?? ""}`],
  }));
  const recipes = new FakeRecipes(RECIPES, { find: (name) => desk.ledger.recipes.find(name) });
  const desk: Desk = openDesk({
    chat: newChat([ANA, BEA, DAN]),
    seed: SEED,
    world: {
      hosts: new FakeHosts([host]),
      recipes,
      apps,
      registry: new FakeRegistry([IMAGE]),
      composer,
    },
  });
  return { desk, apps, host, [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose]() };
}

/** What moot answers; `words` tell the answer from all that was said before. */
export async function answer({ desk }: Workshop, typed: string, words: string): Promise<string> {
  desk.chat.say(ANA, typed);
  return (await desk.chat.waitFor(words)).body;
}

/** Ana asks, bea agrees. */
export async function agreeOn({ desk }: Workshop, typed: string): Promise<void> {
  const command = desk.chat.say(ANA, typed);
  const approval = await vi.waitFor(() => {
    const found = desk.ledger.approvals.ofCommand(command);
    if (found === undefined) throw new Error("nobody was asked");
    return found;
  }, 10_000);
  desk.chat.say(BEA, `!approve a${approval.id}`);
  await vi.waitFor(() => {
    expect(desk.ledger.approvals.get(approval.id)?.state).toBe("approved");
  }, 10_000);
}

export async function ended({ desk }: Workshop): Promise<Job> {
  return vi.waitFor(() => {
    const [job] = desk.ledger.jobs.recent(1);
    if (job?.ending === undefined) throw new Error("it has not ended");
    return job;
  }, 20_000);
}

export async function write({ apps }: Workshop, app: string, text: string): Promise<void> {
  await apps.write(`/abra/servers/${ALPHA}/${app}.env`, text, undefined);
}

export async function refusedTo({ desk }: Workshop, who: UserId, typed: string): Promise<void> {
  const event = desk.chat.say(who, typed);
  await vi.waitFor(() => {
    const entry = desk.ledger.audit.recent(20).find((one) => one.event === event);
    expect(entry).toMatchObject({ who, what: "refusal", detail: { kind: "not-permitted" } });
  }, 10_000);
}
