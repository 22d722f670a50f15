// npm run demo: sets up what is missing, brings up one swarm host and moot, and lets you talk to it.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { connectConsole } from "../../src/console/client.ts";
import { isUserId } from "../../src/core/ids.ts";
import { talk } from "../../src/verbs/talk.ts";
import type { House } from "../e2e/house.ts";
import { MootProcess } from "../e2e/moot-process.ts";
import { furnish, lendPort, openGround, removeGround, requireClosed } from "./ground.ts";
import { invitation, openHomeserver } from "./homeserver.ts";

const say = (line: string): void => void process.stderr.write(`demo: ${line}\n`);

const INTRODUCTION = `
You are in the console room of a team of four. You speak as ana.

  !help                            what you can type; a line without ! is only talk
  !deploy hello hello.localhost    put the recipe hello on the server
  @dan !deploy hello x.localhost   say it as dan, who may only watch
  🛑                               stop the running job
  exit                             leave; apps stay, "npm run demo -- --down" removes everything
`;

async function main(): Promise<number> {
  const values = optionsFrom(process.argv.slice(2));
  if (process.getuid?.() !== 0)
    throw new Error("the demo makes networks and an engine, which needs root: type it with sudo.");
  if (values.down === true) {
    await requireClosed();
    await removeGround();
    say(
      "every server, network and app of the demo is gone. Debian packages stay installed, and /var/cache/moot keeps what took long.",
    );
    return 0;
  }
  say(
    "bringing up a swarm host; the first time installs Debian packages and takes a minute or two …",
  );
  const testbed = await openGround(say);
  if (!(await lendPort(testbed)))
    say("port 80 of this machine is taken, so the apps' addresses will not open here.");
  await requireClosed();
  const matrix = values.matrix === true ? await openHomeserver(say) : undefined;
  const house = await furnish(testbed, matrix);
  const moot = new MootProcess(
    [join(import.meta.dirname, "moot.ts"), house.config],
    join(house.folder, "moot.log"),
  );
  await moot.start();
  say(`moot runs; its log is ${join(house.folder, "moot.log")}`);
  try {
    if (matrix !== undefined) process.stdout.write(invitation(matrix));
    return await converse(house);
  } finally {
    await moot.kill("SIGTERM");
  }
}

interface Options {
  readonly matrix?: boolean;
  readonly down?: boolean;
}

function optionsFrom(args: readonly string[]): Options {
  try {
    const options = { matrix: { type: "boolean" }, down: { type: "boolean" } } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const known =
      'there are "npm run demo", "npm run demo -- --matrix" and "npm run demo -- --down"';
    throw new Error(`${args.join(" ")} is not known: ${known}.`, { cause: error });
  }
}

async function converse({ socket, members }: House): Promise<number> {
  const [ana] = members.filter(isUserId);
  if (ana === undefined) throw new Error("the team has no member");
  const client = await connectConsole(socket, ana, AbortSignal.timeout(10_000));
  if (process.stdin.isTTY) process.stdout.write(INTRODUCTION);
  return talk(client, ana);
}

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
