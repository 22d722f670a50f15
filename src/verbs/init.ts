// The verb `init`: writes a first config, from answers or from what a team has in abra's folder. Touches nothing else.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseConfig, type Config } from "../config.ts";
import { errnoOf } from "../core/errno.ts";
import type { ServerName } from "../core/ids.ts";
import type { FleetService } from "../core/ports.ts";
import { makeLog } from "../log.ts";
import { keysFor } from "../swarm/known-hosts.ts";
import { plain } from "../words/draw.ts";
import { takenOverDoc, writtenDoc } from "../words/init.ts";
import { configText, type NewConfig } from "../words/new-config.ts";
import { openHosts } from "./hosts.ts";
import { askPeople, askServers, Questions } from "./init-answers.ts";
import { readHouse, type HouseGround } from "./init-house.ts";
import { lookAround } from "./init-look.ts";
import { Secrets } from "./secrets.ts";
import { WrongUsage, type VerbOptions } from "./verb.ts";

/** All that init has from its surroundings. */
export interface InitGround extends Omit<HouseGround, "dir"> {
  /** Answers, a line each. */
  readonly lines: AsyncIterable<string>;
  /** Whether somebody is there to answer. */
  readonly isTerminal: boolean;
  readonly print: (text: string) => void;
  /** Every service of one server of the config. */
  readonly fleet: (
    config: Config,
    server: ServerName,
    signal: AbortSignal,
  ) => Promise<readonly FleetService[]>;
}

export async function init(options: VerbOptions): Promise<number> {
  const typed = createInterface({ input: process.stdin });
  const home = homedir();
  try {
    return await initOn(options, {
      home,
      docker: process.env["DOCKER_CONFIG"] ?? join(home, ".docker"),
      lines: typed,
      isTerminal: process.stdin.isTTY,
      print: (text) => void process.stdout.write(text),
      fleet: realFleet,
    });
  } finally {
    typed.close();
  }
}

export async function initOn(options: VerbOptions, ground: InitGround): Promise<number> {
  const { words, fromAbra = false, dir } = options;
  const file = resolve(options.out ?? options.config);
  if (words.length > 0) throw new WrongUsage(`it is typed like this: ${USAGE}`);
  if (dir !== undefined && !fromAbra) throw new WrongUsage("--dir goes with --from-abra");
  if (existsSync(file)) throw there(file);
  const questions = new Questions(ground.lines, ground.print);
  return fromAbra
    ? takeOver({ file, dir: dir ?? join(ground.home, ".abra") }, questions, ground)
    : answer(file, questions, ground);
}

const USAGE = "init [--out FILE], or init --from-abra [--dir FOLDER] [--out FILE]";

async function answer(file: string, questions: Questions, ground: InitGround): Promise<number> {
  const { home, print } = ground;
  const known = await readIfAny(join(home, ".ssh/known_hosts"));
  const people = await askPeople(questions);
  const servers = await askServers(questions, (host, port) => keysFor(known, host, port));
  const dir = await questions.ask("abra's folder, where the env files are or shall be", {
    usual: "~/.abra",
    fits: (path) => path !== "",
    form: "a path",
  });
  await write(file, { ...people, servers, abra: dir, isInGit: false }, home);
  print(`${plain(writtenDoc(file))}\n`);
  return 0;
}

/** How long all servers together may take. */
const LOOK = 60_000;

async function takeOver(
  { file, dir }: { readonly file: string; readonly dir: string },
  questions: Questions,
  ground: InitGround,
): Promise<number> {
  const signal = AbortSignal.timeout(LOOK);
  const house = await readHouse({ ...ground, dir: resolve(dir) }, signal);
  const people = ground.isTerminal ? await askPeople(questions) : { members: [] };
  const draft = { ...people, abra: resolve(dir), isInGit: house.isInGit };
  const look = (
    wanted: NewConfig["servers"],
    server: ServerName,
  ): Promise<readonly FleetService[]> =>
    ground.fleet(
      parsed(file, configText({ ...draft, servers: wanted }), ground.home),
      server,
      signal,
    );
  const { servers, found } = await lookAround(house, look);
  await write(file, { ...draft, servers }, ground.home);
  ground.print(`${plain(takenOverDoc({ file, servers: found, aside: house.aside }))}\n`);
  return found.every(({ problem }) => problem === undefined) ? 0 : 1;
}

/** What it writes can be read: that is found out first. */
async function write(file: string, config: NewConfig, home: string): Promise<void> {
  const text = configText(config);
  parsed(file, text, home);
  try {
    await writeFile(file, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    const code = errnoOf(error);
    if (code === "EEXIST") throw there(file);
    if (code === undefined) throw error;
    throw new WrongUsage(`${file} cannot be written (${code}): name another with --out FILE`);
  }
}

function parsed(file: string, text: string, home: string): Config {
  return parseConfig(text, { file, folder: dirname(file), home, env: process.env });
}

function there(file: string): WrongUsage {
  return new WrongUsage(
    `${file} is there already, and stays as it is: name another with --out FILE`,
  );
}

async function readIfAny(file: string): Promise<string> {
  return existsSync(file) ? readFile(file, "utf8") : "";
}

async function realFleet(
  config: Config,
  server: ServerName,
  signal: AbortSignal,
): Promise<readonly FleetService[]> {
  const folder = await mkdtemp(join(tmpdir(), "moot-init-"));
  const secrets = new Secrets([]);
  const log = makeLog("error", (text) => secrets.mask(text));
  try {
    await using open = await openHosts(config, { log, secrets, folder });
    return await open.hosts.get(server).fleet(signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
