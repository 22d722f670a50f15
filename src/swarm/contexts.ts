// Reads the docker contexts of this machine's user: where docker and abra find their servers.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { errnoOf } from "../core/errno.ts";

export interface DockerContext {
  readonly name: string;
  /** `ssh://user@host:port`, `unix:///…`, `tcp://…`. */
  readonly endpoint: string;
}

export interface Contexts {
  readonly contexts: readonly DockerContext[];
  /** Files that are no contexts. */
  readonly unreadable: readonly string[];
}

const meta = z.looseObject({
  Name: z.string().min(1),
  Endpoints: z.looseObject({ docker: z.looseObject({ Host: z.string().min(1) }) }),
});

/** `folder`: `~/.docker`, or what DOCKER_CONFIG names. By name. */
export async function readContexts(folder: string): Promise<Contexts> {
  const found = await Promise.all((await metaFiles(folder)).map(readContext));
  const contexts = found.flatMap((one) => (typeof one === "string" ? [] : [one]));
  return {
    contexts: contexts.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    unreadable: found.filter((one) => typeof one === "string"),
  };
}

async function metaFiles(folder: string): Promise<readonly string[]> {
  const root = join(folder, "contexts", "meta");
  try {
    return (await readdir(root)).sort().map((name) => join(root, name, "meta.json"));
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}

/** The path where it is none. */
async function readContext(path: string): Promise<DockerContext | string> {
  try {
    const { Name: name, Endpoints } = meta.parse(JSON.parse(await readFile(path, "utf8")));
    return { name, endpoint: Endpoints.docker.Host };
  } catch (error) {
    const isTheirs = error instanceof z.ZodError || error instanceof SyntaxError;
    if (!isTheirs && errnoOf(error) === undefined) throw error;
    return path;
  }
}
