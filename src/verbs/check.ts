// The verb `check`: tries the config, the tools, the login and every server, and says of each what to do next.
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { connect } from "node:net";
import { readConfig, type Config } from "../config.ts";
import { checkSecrets, secretsIn } from "../config/secrets.ts";
import { systemClock } from "../clock.ts";
import { table, text } from "../core/doc.ts";
import type { UserId } from "../core/ids.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Host, Survey } from "../core/ports.ts";
import { tryAddress } from "../http/listening.ts";
import { makeLog } from "../log.ts";
import { openMatrix } from "../matrix/client.ts";
import { run } from "../process/run.ts";
import { plain } from "../words/draw.ts";
import { size } from "../words/phrases.ts";
import { outsideWords } from "../words/upgrades.ts";
import { openLedger } from "../../storage/ledger.ts";
import { repositoryFindings } from "./check-repositories.ts";
import { bad, good, refused, trying, type Finding } from "./finding.ts";
import { openHosts } from "./hosts.ts";
import type { VerbOptions } from "./verb.ts";
import { accountOf, cryptoOf, holdsRole, wishesOf } from "./rooms.ts";
import { Secrets } from "./secrets.ts";

const DEADLINE = 30_000;
const NOTABLE_SKEW = 5_000;
const LITTLE_DISK = 2_000_000_000;
const OLDEST_CLI = 26;

export async function check({ config: file }: VerbOptions): Promise<number> {
  const config = await readConfig(file);
  const findings = [
    good("config", file),
    ...config.warnings.map((words) => bad("config", words)),
    ...secretFindings(config),
    await dockerFinding(config),
    await gitFinding(),
    ...(await matrixFindings(config)),
    ...(await httpFindings(config)),
    ...(await serverFindings(config)),
    await abraFinding(config),
  ];
  const rows = findings.map(({ isGood, what, words }) => [isGood ? "ok" : "MEND", what, words]);
  const verdict = findings.every(({ isGood }) => isGood)
    ? "All is well: start moot with the verb run."
    : "Mend what says MEND, then check again.";
  process.stdout.write(
    `${plain([table(["", "what", "how it is, or what to do"], rows), text(verdict)])}\n`,
  );
  return findings.every(({ isGood }) => isGood) ? 0 : 1;
}

function secretFindings(config: Config): readonly Finding[] {
  const { problems, warnings } = checkSecrets(secretsIn(config));
  return [...problems, ...warnings].map((words) => bad("secrets", words));
}

async function dockerFinding({ tools }: Config): Promise<Finding> {
  return trying("docker CLI", async () => {
    const { stdout } = await run(tools.docker, ["--version"], {
      env: {},
      timeout: DEADLINE,
      signal: AbortSignal.timeout(DEADLINE),
    });
    const major = Number(/version (\d+)/.exec(stdout)?.[1] ?? 0);
    if (major >= OLDEST_CLI) return good("docker CLI", stdout.trim());
    return bad(
      "docker CLI",
      `${tools.docker} is version ${major}; moot needs ${OLDEST_CLI} or newer (Debian 13's docker-cli). Name it under tools: docker`,
    );
  });
}

async function gitFinding(): Promise<Finding> {
  return trying("git", async () => {
    const { stdout } = await run("git", ["--version"], {
      env: {},
      timeout: DEADLINE,
      signal: AbortSignal.timeout(DEADLINE),
    });
    return good("git", stdout.trim());
  });
}

async function abraFinding({ abra }: Config): Promise<Finding> {
  const found = await stat(abra.dir).catch(() => undefined);
  if (found?.isDirectory() === true) return good("abra folder", abra.dir);
  return bad("abra folder", `${abra.dir} is not there: make it, or name yours under abra: dir`);
}

async function matrixFindings(config: Config): Promise<readonly Finding[]> {
  const { matrix } = config;
  if (matrix === undefined)
    return [good("matrix", "none in the config: moot has its console room alone")];
  return [
    await trying("matrix", async () => {
      if (await answers(config.console.socket)) return good("matrix", RUNNING);
      const ledger = openLedger(config.storage.database);
      try {
        return await login(config, matrix, ledger);
      } finally {
        ledger.close();
      }
    }),
  ];
}

const RUNNING = "moot is running: its log tells how it gets on with the homeserver";

async function answers(socket: string): Promise<boolean> {
  const line = connect({ path: socket });
  const isOpen = await once(line, "connect").then(
    () => true,
    () => false,
  );
  line.destroy();
  return isOpen;
}

async function login(
  config: Config,
  matrix: NonNullable<Config["matrix"]>,
  ledger: Ledger,
): Promise<Finding> {
  const secrets = new Secrets([]);
  const log = makeLog("error", (words) => secrets.mask(words));
  const options = {
    ...accountOf(matrix, secrets),
    ...cryptoOf(config, secrets),
    ...wishesOf(matrix),
    mayInvite: (user: UserId) => holdsRole(config, ledger, user),
    facts: ledger.facts,
    clock: systemClock,
    log,
    ignoredSenders: [],
  };
  const chat = await openMatrix(options, AbortSignal.timeout(DEADLINE));
  chat.close();
  if (chat.upgrades.length > 0) return bad("matrix", chat.upgrades.join("; "));
  if (chat.uninvited.length === 0)
    return good(
      "matrix",
      `logged in as ${chat.self}, in ${chat.rooms.length} of ${chat.rooms.length} rooms`,
    );
  return bad("matrix", `logged in as ${chat.self}; ${chat.uninvited.map(outsideWords).join("; ")}`);
}

async function httpFindings({ http, console: room }: Config): Promise<readonly Finding[]> {
  if (http === undefined) return [];
  const { host, port } = http.listen;
  return [
    await trying("http", async () => {
      if (await answers(room.socket))
        return good("http", "moot is running, and listens there itself");
      await tryAddress(http.listen);
      return good("http", `${host}, port ${port} is free`);
    }),
  ];
}

/** Without a key of theirs none can be asked. */
async function serverFindings(config: Config): Promise<readonly Finding[]> {
  try {
    return await askServers(config);
  } catch (error) {
    return [refused("servers", error)];
  }
}

async function askServers(config: Config): Promise<readonly Finding[]> {
  const secrets = new Secrets([]);
  const log = makeLog("error", (words) => secrets.mask(words));
  await using hosts = await openHosts(config, {
    log,
    secrets,
    folder: `${config.storage.database}.check`,
  });
  const signal = AbortSignal.timeout(DEADLINE);
  const found = await Promise.all(
    hosts.hosts.servers.map((server) =>
      trying(server, () => serverFinding(hosts.hosts.get(server), signal)),
    ),
  );
  return [...found, ...(await repositoryFindings(config, hosts, secrets))];
}

async function serverFinding(host: Host, signal: AbortSignal): Promise<Finding> {
  const survey = await host.survey(signal);
  const problems = problemsOf(survey);
  const facts = `engine ${survey.engine}, swarm ${survey.swarm}, ${size(survey.memory)} memory`;
  return problems.length === 0
    ? good(host.server, facts)
    : bad(host.server, `${facts}; ${problems.join("; ")}`);
}

function problemsOf({ swarm, skew, disk, nodes }: Survey): readonly string[] {
  return [
    ...(swarm === "manager" ? [] : ["not a swarm manager: run docker swarm init there"]),
    ...(Math.abs(skew) > NOTABLE_SKEW
      ? [`its clock is ${Math.round(skew / 1000)} s off: set up time synchronisation there`]
      : []),
    ...(disk !== undefined && disk.free < LITTLE_DISK
      ? [`only ${size(disk.free)} of disk are free: make room there`]
      : []),
    ...nodes.filter(({ isUp }) => !isUp).map(({ name }) => `the node ${name} is down`),
  ];
}
