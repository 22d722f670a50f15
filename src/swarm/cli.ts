// Runs the docker CLI: to read stack files (Composer), and to write them to a swarm.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { findingsOf, ignoredKeys } from "../core/compose-findings.ts";
import { Refusal } from "../core/errors.ts";
import type { StackName } from "../core/ids.ts";
import { parseImage } from "../core/imageref.ts";
import type { ComposeInput, Composer, RegistryLogin, Rendered } from "../core/ports.ts";
import { run, type Ran } from "../process/run.ts";
import { readModel, readYaml } from "./canonical.ts";
import { readOutline } from "./outline.ts";
import { checkPaths, readFiles } from "./recipe-files.ts";
import { openScratch } from "./scratch.ts";
import { scratchFile } from "./scratch-file.ts";
import {
  makeStackFile,
  printStackFile,
  readSealed,
  readStackFile,
  sealStackFile,
  stateOfFile,
  type StackFile,
} from "./stack-file.ts";

export interface DockerCliOptions {
  /** The program, version 26 or newer. */
  readonly docker: string;
  /** By registry as image names write it; Docker's own is `docker.io`. */
  readonly logins: Readonly<Record<string, RegistryLogin>>;
  readonly mask: (text: string) => string;
  /** A folder of moot's own, for files that live as long as one call. */
  readonly scratch: string;
}

export interface Deployment {
  /** The engine's, on this machine. */
  readonly socket: string;
  readonly stack: StackName;
  /** A sealed stack file. */
  readonly compose: string;
}

/** Milliseconds. */
const READING = 30_000;
const WRITING = 120_000;
const LAST_LINES = 10;

export class DockerCli implements Composer {
  readonly #options: DockerCliOptions;

  constructor(options: DockerCliOptions) {
    this.#options = options;
  }

  async render(input: ComposeInput, signal: AbortSignal): Promise<Rendered> {
    await using scratch = await openScratch(this.#options.scratch);
    const files = input.files.map((file) => `--compose-file=${file}`);
    const ran = await run(
      this.#options.docker,
      ["--config", scratch.folder, "stack", "config", ...files],
      // Its whole environment: the recipe's variables are looked up there, so nothing of ours may stand in it.
      { cwd: input.folder, env: input.env, timeout: READING, signal },
    );
    if (ran.exitCode !== 0) throw this.#badRecipe(input, ran);
    return await takeUp(input, ran.stdout);
  }

  readonly outline = readOutline;
  readonly seal = sealStackFile;
  readonly scratch = scratchFile;

  meaning(compose: string): Rendered {
    return { ...describe(readSealed(compose)), files: [] };
  }

  /** Writes a stack to the swarm behind the socket. Throws Refusal `step-failed` with the CLI's last words. */
  async deploy({ socket, stack, compose }: Deployment, signal: AbortSignal): Promise<void> {
    await using scratch = await openScratch(this.#options.scratch);
    const file = readStackFile(compose);
    if (file.stack !== stack)
      throw new Error(`a file of ${file.stack} was to be written to ${stack}`);
    const path = await unpack(scratch.folder, file);
    const hasLogin = await this.#writeLogins(scratch.folder, file);
    const argv = ["--config", scratch.folder, "--host", `unix://${socket}`, "stack", "deploy"];
    const flags = ["--detach=true", "--resolve-image=never", `--compose-file=${path}`];
    const ran = await run(
      this.#options.docker,
      [...argv, ...flags, ...(hasLogin ? ["--with-registry-auth"] : []), stack],
      // Empty: variables without a value are looked up there a second time.
      { cwd: scratch.folder, env: {}, timeout: WRITING, signal },
    );
    if (ran.exitCode !== 0) {
      const problem = this.#options.mask(lastLines(ran));
      throw new Refusal({ kind: "step-failed", step: `deploy ${stack}`, problem });
    }
  }

  /** Only those of the registries the stack pulls from; false when there is none. */
  async #writeLogins(folder: string, { model }: StackFile): Promise<boolean> {
    const registries = new Set(
      Object.values(model.services).map(({ image = "" }) => parseImage(image)?.registry),
    );
    const auths = Object.entries(this.#options.logins)
      .filter(([registry]) => registries.has(registry))
      .map(
        ([registry, { user, password }]) =>
          [
            registry === "docker.io" ? "https://index.docker.io/v1/" : registry,
            { auth: Buffer.from(`${user}:${password}`).toString("base64") },
          ] as const,
      );
    if (auths.length === 0) return false;
    const config = JSON.stringify({ auths: Object.fromEntries(auths) });
    await writeFile(join(folder, "config.json"), config, { mode: 0o600 });
    return true;
  }

  #badRecipe(input: ComposeInput, ran: Ran): Refusal {
    const words = lastLines(ran).replaceAll(`${input.folder}/`, "");
    const problem = this.#options.mask(withoutValues(words, input.env));
    return badRecipe(input, problem);
  }
}

function badRecipe(input: ComposeInput, problem: string): Refusal {
  const recipe = (input.env["TYPE"] ?? input.env["RECIPE"] ?? input.stack).replace(/:[^:/]*$/, "");
  return new Refusal({ kind: "bad-recipe", recipe, problem });
}

/** The docker CLI quotes what it cannot read; a short value may be any word. */
function withoutValues(text: string, env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .filter(([, value]) => value.length >= 6)
    .toSorted(([, a], [, b]) => b.length - a.length)
    .reduce((masked, [key, value]) => masked.replaceAll(value, `\${${key}}`), text);
}

function lastLines({ stdout, stderr }: Ran): string {
  const said = stderr.trim() === "" ? stdout : stderr;
  return said.trim().split("\n").slice(-LAST_LINES).join("\n");
}

async function takeUp(input: ComposeInput, canonical: string): Promise<Rendered> {
  const model = readModel(readYaml(canonical));
  const stray = await checkPaths(input.folder, model);
  if (stray !== undefined) throw badRecipe(input, stray);
  const { contents, found } = await readFiles(input.folder, model);
  return { ...describe(makeStackFile(input.stack, canonical, contents)), files: found };
}

const written = z.object({ services: z.record(z.string(), z.record(z.string(), z.unknown())) });

function describe(file: StackFile): Omit<Rendered, "files"> {
  const { services } = written.parse(file.document.toJS());
  const keys = Object.fromEntries(
    Object.entries(services).map(([name, service]) => [name, Object.keys(service)]),
  );
  return {
    yaml: printStackFile(file),
    state: stateOfFile(file),
    ...findingsOf(file.model, file.stack),
    ignored: ignoredKeys(file.model, keys),
  };
}

/** Writes the stack file and the files it carries; returns its path. */
async function unpack(folder: string, { document, files }: StackFile): Promise<string> {
  const contents = join(folder, "files");
  await mkdir(contents, { mode: 0o700 });
  for (const [place, content] of files) {
    const path = join(contents, place.replaceAll("/", "."));
    await writeFile(path, content, { mode: 0o600 });
    document.setIn([...place.split("/"), "file"], path);
  }
  const path = join(folder, "stack.yml");
  await writeFile(path, document.toString({ lineWidth: 0 }), { mode: 0o600 });
  return path;
}
