// Which repository addresses git is given, and which never.
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Names } from "../../src/core/ports.ts";
import { checkAddress, type Remote } from "../../src/git/address.ts";
import { isPrivate } from "../../src/git/private.ts";

const BASE = "https://git.coopcloud.tech/coop-cloud";
const { signal } = new AbortController();
const PUBLIC = "81.2.69.160";
const book: Readonly<Record<string, readonly string[]>> = {
  "git.coopcloud.tech": [PUBLIC],
  "git.example.coop": [PUBLIC, "2a00:1450::1"],
  "inside.example.coop": ["10.0.0.5"],
  "half.example.coop": [PUBLIC, "169.254.169.254"],
  "0x7f000001": ["127.0.0.1"],
  "127.0.0.1": ["127.0.0.1"],
  "::1": ["::1"],
};
const names: Names = { addresses: async (domain) => book[domain] ?? [] };

function check(address: string, base = BASE): Promise<Remote> {
  return checkAddress(address, base, names, signal);
}

describe("a repository's address", () => {
  it.each([
    ["https://git.example.coop/a/hello.git", "https", 443],
    ["https://git.example.coop:8443/a/hello", "https", 8443],
    ["ssh://git@git.example.coop:2222/a/hello.git", "ssh", 2222],
    ["git@git.example.coop:a/hello.git", "ssh", 22],
  ])("%s is taken, with its host's addresses", async (address, kind, port) => {
    expect(await check(address)).toMatchObject({
      kind,
      port,
      host: "git.example.coop",
      addresses: [PUBLIC, "2a00:1450::1"],
    });
  });

  it.each([
    ["http://git.example.coop/a", "its address begins with http://"],
    ["git://git.example.coop/a", "its address begins with git://"],
    ["ext::sh -c id", "its address begins with ext://"],
    ["../hello", "neither https, ssh nor a folder"],
    ["-oProxyCommand=id", "neither https, ssh nor a folder"],
    ["ssh://-oProxyCommand=id/a", "no proper host name"],
    ["ssh://-l@git.example.coop/a", "no proper host name"],
    ["https://moot:hunter2@git.example.coop/a", "carries a login"],
    ["https://token@git.example.coop/a", "carries a login"],
    ["https://nobody.example.coop/a", "the name nobody.example.coop has no address"],
    ["https://inside.example.coop/a", "inside.example.coop is a private address"],
    ["https://half.example.coop/a", "half.example.coop is a private address"],
    ["https://127.0.0.1/a", "127.0.0.1 is a private address"],
    ["https://[::1]/a", "::1 is a private address"],
    ["https://0x7f.1/a", "127.0.0.1 is a private address"],
    ["ssh://0x7f000001/a", "0x7f000001 is a private address"],
    ["/etc", "is not under the folder the config names"],
    ["file:///etc", "is not under the folder the config names"],
  ])("%s is refused", async (address, problem) => {
    await expect(check(address)).rejects.toThrow(problem);
  });

  it("never repeats the password it was refused for", async () => {
    await expect(check("https://moot:hunter2@git.example.coop/a")).rejects.not.toThrow("hunter2");
  });

  it("may be private on the host that the config itself names", async () => {
    const base = "https://inside.example.coop/coop-cloud";
    expect(await check("https://inside.example.coop/x/y", base)).toMatchObject({ kind: "https" });
    await expect(check("https://127.0.0.1/x", base)).rejects.toThrow("private address");
  });
});

describe("a folder", () => {
  let ground: string;
  beforeEach(async () => {
    ground = await mkdtemp(join(tmpdir(), "moot-address-"));
    await mkdir(join(ground, "recipes", "hello"), { recursive: true });
    await mkdir(join(ground, "recipes-of-others"));
  });
  afterEach(() => rm(ground, { recursive: true, force: true }));

  it("is taken under the folder that the config names", async () => {
    const folder = join(ground, "recipes", "hello");
    expect(await check(`file://${folder}`, join(ground, "recipes"))).toMatchObject({
      kind: "folder",
    });
  });

  it("is found by its name without .git too", async () => {
    await mkdir(join(ground, "recipes", "wiki.git"));
    const url = join(ground, "recipes", "wiki");
    expect(await check(url, join(ground, "recipes"))).toMatchObject({ url: `${url}.git` });
  });

  it("is refused beside it, above it, and through a link out of it", async () => {
    const base = join(ground, "recipes");
    await symlink("/etc", join(base, "link"));
    for (const path of ["../recipes-of-others", "..", "link", "."]) {
      await expect(check(join(base, path), base)).rejects.toThrow("is not under the folder");
    }
  });
});

describe("a private address", () => {
  it.each([
    "10.1.2.3",
    "172.31.255.255",
    "192.168.0.1",
    "127.0.0.53",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fd00::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
    "not an address",
  ])("%s is one", (address) => {
    expect(isPrivate(address)).toBe(true);
  });

  it.each(["81.2.69.160", "172.32.0.1", "2a00:1450::1", "::ffff:81.2.69.160"])(
    "%s is none",
    (address) => {
      expect(isPrivate(address)).toBe(false);
    },
  );
});
