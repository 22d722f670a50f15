// Decides which repository addresses git may be given.
import { realpath } from "node:fs/promises";
import { isAbsolute, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Names } from "../core/ports.ts";
import { isPrivate } from "./private.ts";

/** An address that was checked: what git gets, and the addresses its host was checked at. */
export type Remote =
  | { readonly kind: "folder"; readonly url: string }
  | {
      readonly kind: "https" | "ssh";
      readonly url: string;
      readonly host: string;
      readonly port: number;
      readonly addresses: readonly string[];
    };

/** An address that git must not be given, or whose host is unknown; the message is a sentence for people. */
export class BadAddress extends Error {}

const SCP_LIKE = /^(?<user>[a-z0-9_][\w.-]*)@(?<host>[\w.-]+):(?!\/)(?<path>.+)$/i;
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[a-f0-9:.]+\])$/i;
const USER = /^(?:[a-z0-9_][\w.-]*)?$/i;
const PORTS = { https: 443, ssh: 22 } as const;

/**
 * A folder must lie under `base`; a host must be public unless `base` is on that same host.
 * `base` is what the operator's config names, `address` may come from anywhere.
 */
export async function checkAddress(
  address: string,
  base: string,
  names: Names,
  signal: AbortSignal,
): Promise<Remote> {
  const folder = folderOf(address);
  if (folder !== undefined) return checkFolder(folder, folderOf(base));
  const url = urlOf(address);
  const kind = kindOf(url);
  const host = checkHost(url, kind);
  const addresses = await names.addresses(host, signal);
  if (addresses.length === 0) throw new BadAddress(`the name ${host} has no address`);
  if (addresses.some(isPrivate) && hostOf(base) !== host) {
    throw new BadAddress(
      `${host} is a private address, and the config's catalogue is not on that host`,
    );
  }
  const port = url.port === "" ? PORTS[kind] : Number(url.port);
  return { kind, url: url.href, host, port, addresses };
}

async function checkFolder(folder: string, base: string | undefined): Promise<Remote> {
  // As git itself looks for a folder.
  const real = (await follow(folder)) ?? (await follow(`${folder}.git`));
  const ground = base === undefined ? undefined : await follow(base);
  if (real === undefined) throw new BadAddress(`the folder ${folder} does not exist`);
  if (ground === undefined || !real.startsWith(ground + sep)) {
    throw new BadAddress(`the folder ${folder} is not under the folder the config names`);
  }
  return { kind: "folder", url: real };
}

async function follow(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch {
    // Whatever hides the folder, it cannot be shown to lie where it may.
    return undefined;
  }
}

function folderOf(address: string): string | undefined {
  if (isAbsolute(address)) return address;
  return /^file:\/\/\//i.test(address) ? fileURLToPath(address) : undefined;
}

function urlOf(address: string): URL {
  const { user, host, path } = SCP_LIKE.exec(address)?.groups ?? {};
  const url = user === undefined ? address : `ssh://${user}@${host ?? ""}/${path ?? ""}`;
  const parsed = URL.parse(url);
  if (parsed === null) throw new BadAddress("its address is neither https, ssh nor a folder");
  return parsed;
}

function kindOf(url: URL): "https" | "ssh" {
  if (url.protocol === "https:") return "https";
  if (url.protocol === "ssh:") return "ssh";
  throw new BadAddress(
    `its address begins with ${url.protocol}//, and only https and ssh are taken`,
  );
}

function checkHost(url: URL, kind: "https" | "ssh"): string {
  const host = bareHost(url);
  if (!HOST.test(url.hostname) || !USER.test(url.username)) {
    throw new BadAddress("its address has no proper host name");
  }
  if (url.password !== "" || (kind === "https" && url.username !== "")) {
    throw new BadAddress("its address carries a login; use ssh with a key instead");
  }
  return host;
}

function hostOf(base: string): string | undefined {
  return folderOf(base) === undefined ? bareHost(urlOf(base)) : undefined;
}

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
}
