// Reads what a team has from abra: its server folders, docker contexts, known hosts and env files. Changes nothing.
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { openApps } from "../catalogue/apps.ts";
import { login } from "../config/addresses.ts";
import { errnoOf } from "../core/errno.ts";
import { Refusal } from "../core/errors.ts";
import { isServerName, type ServerName } from "../core/ids.ts";
import type { AppFile, Fields, Log } from "../core/ports.ts";
import { readContexts, type DockerContext } from "../swarm/contexts.ts";
import { keysFor } from "../swarm/known-hosts.ts";
import { sshSettings, type SshSettings } from "../swarm/ssh-settings.ts";
import type { NewWay } from "../words/new-config.ts";
import { unreachedWords } from "../words/init.ts";

export interface HouseGround {
  /** abra's folder. */
  readonly dir: string;
  readonly home: string;
  /** Where the docker command keeps its contexts. */
  readonly docker: string;
}

/** One of abra's servers: every way that may lead to it, the likeliest first, or why there is none. */
export interface HouseServer {
  readonly name: ServerName;
  readonly ways: readonly NewWay[];
  readonly problem?: string;
}

export interface House {
  readonly servers: readonly HouseServer[];
  readonly files: readonly AppFile[];
  readonly isInGit: boolean;
  /** What was left aside, a sentence each. */
  readonly aside: readonly string[];
}

export async function readHouse(ground: HouseGround, signal: AbortSignal): Promise<House> {
  const { dir, docker } = ground;
  const names = await foldersIn(join(dir, "servers"));
  const { contexts, unreadable } = await readContexts(docker);
  const heard = new Heard();
  const files = await openApps(dir, heard).list(signal);
  const servers = names.filter(isServerName);
  return {
    servers: await Promise.all(
      servers.map((name) =>
        readServer(
          name,
          contexts.find((one) => one.name === name),
          ground,
          signal,
        ),
      ),
    ),
    files,
    isInGit: [dir, join(dir, "servers")].some((folder) => existsSync(join(folder, ".git"))),
    aside: [
      ...heard.said,
      ...names
        .filter((name) => !isServerName(name))
        .map((name) => `the folder servers/${name}: moot takes no server of that name`),
      ...contexts
        .filter(({ name, endpoint }) => endpoint.startsWith("ssh:") && !names.includes(name))
        .map(({ name }) => `the docker context ${name}: abra has no folder for it`),
      ...unreadable.map((file) => `${file}: it is no docker context that can be read`),
    ],
  };
}

async function foldersIn(servers: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(servers, { withFileTypes: true });
    const isFolder = entries.filter((entry) => !entry.name.startsWith(".") && !entry.isFile());
    return isFolder.map(({ name }) => name).sort();
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
    const problem = "there is no such folder: name abra's with --dir";
    throw new Refusal({ kind: "bad-config", file: servers, problems: [problem] }, error);
  }
}

const LOCAL = "unix:///var/run/docker.sock";

async function readServer(
  name: ServerName,
  context: DockerContext | undefined,
  ground: HouseGround,
  signal: AbortSignal,
): Promise<HouseServer> {
  const usual = name === "default" ? LOCAL : `ssh://${name}`;
  const endpoint = context?.endpoint ?? usual;
  if (endpoint.startsWith("unix://")) {
    return { name, ways: [{ kind: "socket", socket: endpoint.slice("unix://".length) }] };
  }
  const url = URL.parse(endpoint);
  if (url?.protocol !== "ssh:") {
    return { name, ways: [], problem: `its docker context leads to ${endpoint}: moot goes by ssh` };
  }
  try {
    return { name, ways: await waysTo(url, ground, signal) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { name, ways: [], problem: unreachedWords(error.reason) };
  }
}

/** One for each private key that ssh would offer. Throws Refusal where moot cannot go that way. */
async function waysTo(
  { hostname, username, port }: URL,
  { home }: HouseGround,
  signal: AbortSignal,
): Promise<readonly NewWay[]> {
  const target = {
    host: bare(hostname),
    ...(username !== "" && { user: decodeURIComponent(username) }),
    ...(port !== "" && { port: Number(port) }),
  };
  const settings = await sshSettings(target, home, signal);
  if (settings.proxy !== undefined)
    throw impassable(`ssh reaches it through a program (ProxyCommand), which moot does not run`);
  const jump = settings.jump === undefined ? undefined : await jumpOf(settings.jump, home, signal);
  const [usual = join(home, ".ssh", "id_ed25519"), ...others] = settings.keyFiles;
  const hop = await hopOf(settings);
  return [usual, ...others].map((key) => ({
    kind: "ssh",
    ...hop,
    key,
    ...(jump !== undefined && { jump }),
  }));
}

async function jumpOf(jump: string, home: string, signal: AbortSignal): Promise<Hop> {
  if (jump.includes(","))
    throw impassable(`ssh reaches it over several machines (${jump}); moot goes over one`);
  const url = URL.parse(jump.includes("://") ? jump : `ssh://${jump}`);
  if (url === null) throw impassable(`its jump host ${jump} cannot be read`);
  const { hostname, username, port } = url;
  const target = {
    host: bare(hostname),
    ...(username !== "" && { user: username }),
    ...(port !== "" && { port: Number(port) }),
  };
  return hopOf(await sshSettings(target, home, signal));
}

interface Hop {
  readonly login: string;
  readonly hostKeys: readonly string[];
}

async function hopOf({ host, user, port, alias, knownHosts }: SshSettings): Promise<Hop> {
  const place = host.includes(":") ? `[${host}]` : host;
  const written = `${user}@${place}:${port}`;
  if (!login.safeParse(written).success)
    throw impassable(`moot cannot write its address: ${written}`);
  const texts = await Promise.all(knownHosts.map((file) => readFile(file, "utf8")));
  const known = keysFor(texts.join("\n"), alias ?? host, alias === undefined ? port : 22);
  return { login: written, hostKeys: known.filter(isUsable) };
}

/** Of the types that a config can name. */
function isUsable(key: string): boolean {
  return /^(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) /.test(key);
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}

function impassable(problem: string): Refusal {
  return new Refusal({ kind: "step-failed", step: "ssh -G", problem });
}

/** Keeps what is told of files that were left out. */
class Heard implements Log {
  readonly said: string[] = [];
  readonly debug = quiet;
  readonly info = quiet;

  child(): Log {
    return this;
  }

  warn(message: string, { reason, server, strange }: Fields = {}): void {
    this.said.push(`${message}: ${wordsOf(reason) ?? `${String(strange)} (${String(server)})`}`);
  }

  error(message: string, fields?: Fields): void {
    this.warn(message, fields);
  }
}

const quiet = (): undefined => undefined;

function wordsOf(reason: unknown): string | undefined {
  if (typeof reason !== "object" || reason === null || !("file" in reason)) return undefined;
  const problems = "problems" in reason && Array.isArray(reason.problems) ? reason.problems : [];
  return `${String(reason.file)}: ${problems.join("; ")}`;
}
