// Implements Apps: reads and replaces the env files of abra's layout, so that moot and abra deploy the same.
import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { causeOf, errnoOf } from "../core/errno.ts";
import { Refusal } from "../core/errors.ts";
import type { AppFile, Apps, Log } from "../core/ports.ts";
import { Layout, LeadsOutside, type Place } from "./layout.ts";
import { removeFile, replaceFile } from "./replace-file.ts";

const FULL = new Set(["ENOSPC", "EDQUOT"]);
const UNUSABLE = new Set(["EACCES", "EPERM", "EROFS", "ELOOP", "EISDIR", "EIO", "ENAMETOOLONG"]);

/** `dir` is abra's folder; a leading `~` is the home of moot's user. */
export function openApps(dir: string, log: Log): Apps {
  const layout = new Layout(dir, log);
  return {
    pathOf: (app, server) => layout.place(app, server).path,
    async list(signal) {
      const files: AppFile[] = [];
      for (const place of await placesOf(layout, log)) {
        signal.throwIfAborted();
        const file = await unlessRefused(log, () => read(layout, place));
        if (file !== undefined) files.push(file);
      }
      return files;
    },
    async find(app, signal) {
      const found: AppFile[] = [];
      for (const server of await inWords(dir, () => layout.servers())) {
        signal.throwIfAborted();
        const file = await read(layout, layout.place(app, server));
        if (file !== undefined) found.push(file);
      }
      const [file, twin] = found;
      if (file !== undefined && twin !== undefined) {
        throw unusable(twin.path, `${file.path} is the same app: an app has one server`);
      }
      return file;
    },
    async write(path, text, before, signal) {
      signal.throwIfAborted();
      if (!layout.owns(path)) throw new Error("an env file belongs into a server's folder");
      return inWords(path, () => write(layout, path, text, before));
    },
    async remove(path, before, signal) {
      signal.throwIfAborted();
      if (!layout.owns(path)) throw new Error("an env file belongs into a server's folder");
      return inWords(path, () => remove(layout, path, before));
    },
  };
}

async function placesOf(layout: Layout, log: Log): Promise<readonly Place[]> {
  const places: Place[] = [];
  for (const server of await inWords("servers", () => layout.servers())) {
    const apps = await unlessRefused(log, () => inWords(server, () => layout.apps(server)));
    places.push(...(apps ?? []));
  }
  return places;
}

/** One file that cannot be read must not hide the others; `find` says what is wrong with it. */
async function unlessRefused<Result>(
  log: Log,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    log.warn("env file left out", { reason: error.reason });
    return undefined;
  }
}

function read(layout: Layout, place: Place): Promise<AppFile | undefined> {
  return inWords(place.path, async () => {
    const real = await layout.real(place.path);
    if (real === undefined) return undefined;
    const found = await stat(real);
    if (!found.isFile()) throw unusable(place.path, "it is not a file");
    return { ...place, text: decode(place.path, await readFile(real)) };
  });
}

async function write(
  layout: Layout,
  path: string,
  text: string,
  before: string | undefined,
): Promise<boolean> {
  if (before !== undefined) {
    const real = await layout.real(path);
    return real !== undefined && replaceFile(real, text, before);
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const folder = await layout.real(dirname(path));
  return folder !== undefined && replaceFile(join(folder, basename(path)), text, undefined);
}

/** Where the path is a link, what it leads to goes first: that is what people know as the env file. */
async function remove(layout: Layout, path: string, before: string): Promise<boolean> {
  const real = await layout.real(path);
  if (real === undefined || !(await removeFile(real, before))) return false;
  await rm(path, { force: true });
  return true;
}

/** Bytes that are no UTF-8 would come back changed. */
function decode(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw unusable(path, "it is not UTF-8 text", error);
  }
}

async function inWords<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const code = errnoOf(error) ?? "";
    if (FULL.has(code)) throw new Refusal({ kind: "disk-full", where: path }, error);
    if (error instanceof LeadsOutside || UNUSABLE.has(code)) {
      throw unusable(path, causeOf(error), error);
    }
    throw error;
  }
}

function unusable(path: string, problem: string, cause?: unknown): Refusal {
  return new Refusal({ kind: "bad-config", file: path, problems: [problem] }, cause);
}
