// One app of two services with a volume, secrets and functions, on one server in memory, for tests of what is done to it.
import { vi } from "vitest";
import type { World } from "../../src/app/world.ts";
import { isAppName, isServerName, isStackName } from "../../src/core/ids.ts";
import type { Job } from "../../src/core/job.ts";
import { FakeApps } from "../fakes/apps.ts";
import { FakeComposer, meaningOfJson, plainService } from "../fakes/composer.ts";
import { makeFastClock } from "../fakes/fast-clock.ts";
import { FakeHost, FakeHosts } from "../fakes/host.ts";
import { FakeRecipes } from "../fakes/recipes.ts";
import { FakeRegistry } from "../fakes/registry.ts";
import { named } from "../named.ts";
import { ANA, DAN, newChat, openDesk, type Desk } from "./desk.ts";
import { twoEquals } from "./equals.ts";

export { ANA, DAN } from "./desk.ts";
export const ALPHA = named(isServerName, "alpha.example.coop");
export const WIKI = named(isAppName, "wiki.example.coop");
export const STACK = named(isStackName, "wiki_example_coop");
export const VERSION = "1.0.0+1.0.0";
export const NEWER = "1.1.0+1.0.0";
export const { signal } = new AbortController();
const IMAGE = "registry.example/moot/app:1.0.0";
const SCRIPT = "set_admin() {\n  true\n}\nbackup () {\n  true\n}\n";

export interface Hamlet extends AsyncDisposable {
  readonly desk: Desk;
  readonly host: FakeHost;
  readonly apps: FakeApps;
}

interface Options {
  /** How many must agree to a danger. */
  readonly people?: number;
  /** A former life's. */
  readonly before?: Hamlet;
  /** Moot's own clock runs a hundred times as fast, as the server's does. */
  readonly isFast?: boolean;
  readonly carriesRoom?: World["policy"]["carriesRoom"];
}

export function openHamlet(options: Options = {}): Hamlet {
  const { people = 1, before, isFast = false, carriesRoom = new Set() } = options;
  const clock = makeFastClock();
  const { host, apps } = before ?? {
    host: new FakeHost({ server: ALPHA, clock, meaning: meaningOfJson }),
    apps: new FakeApps(),
  };
  const { table, policy } = twoEquals(people);
  const desk = openDesk({
    ...(before !== undefined && { file: before.desk.file, chat: before.desk.chat }),
    ...(isFast && { chat: newChat([ANA, DAN], () => clock.now()) }),
    world: {
      table,
      policy: { ...policy, carriesRoom },
      hosts: new FakeHosts([host]),
      recipes: new FakeRecipes({
        wiki: { versions: { [VERSION]: filesFor(1), [NEWER]: filesFor(2) } },
      }),
      apps,
      registry: new FakeRegistry([IMAGE]),
      composer: new FakeComposer(({ env, stack }) => {
        const secret = `${stack}_db_password_${env["SECRET_DB_PASSWORD_VERSION"] ?? ""}`;
        return {
          services: [
            plainService("app", IMAGE, { env: { GREETING: env["GREETING"] ?? "" } }),
            plainService("db", IMAGE, { secrets: [secret], volumes: [`${stack}_data`] }),
          ],
          externalSecrets: [secret],
        };
      }),
      ...(isFast && { clock }),
    },
  });
  return { desk, host, apps, [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose]() };
}

function filesFor(release: number): Readonly<Record<string, string>> {
  const secrets =
    "secrets:\n  db_password:\n    name: ${STACK_NAME}_db_password_${SECRET_DB_PASSWORD_VERSION}\n";
  return {
    "compose.yml": `version: "3.8"\nservices:\n  app:\n    image: ${IMAGE}\n${secrets}`,
    ".env.sample": `TYPE=wiki\n\nDOMAIN=wiki.example.com\nGREETING=hello\nSECRET_DB_PASSWORD_VERSION=v1\nRELEASE=${release}\n`,
    "abra.sh": release === 1 ? SCRIPT : `${SCRIPT}migrate() {\n  true\n}\n`,
  };
}

/** Types a command and waits until its job has ended. */
export async function ended({ desk }: Hamlet, typed: string): Promise<Job> {
  const event = desk.chat.say(ANA, typed);
  return vi.waitFor(() => {
    const job = desk.ledger.jobs.ofCommand(event);
    if (job?.ending === undefined) throw new Error("it has not ended");
    return job;
  }, 20_000);
}

/** A hamlet in which the app runs, by two earlier deployments at most. */
export async function settle(hamlet: Hamlet): Promise<void> {
  const { state, ending } = await ended(hamlet, `!deploy wiki ${WIKI} --version ${VERSION}`);
  if (state !== "succeeded") throw new Error(`the app did not come up: ${JSON.stringify(ending)}`);
}

export async function envText({ apps }: Hamlet): Promise<string | undefined> {
  return (await apps.find(WIKI))?.text;
}

/** Writes the app's env file by hand. */
export async function edit(hamlet: Hamlet, change: (text: string) => string): Promise<void> {
  const before = (await envText(hamlet)) ?? "";
  await hamlet.apps.write(hamlet.apps.pathOf(WIKI, ALPHA), change(before), before);
}
