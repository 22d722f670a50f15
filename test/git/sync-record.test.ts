// Each act becomes one commit of one file in the team's repository, and reaches the remote when it can.
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isUserId } from "../../src/core/ids.ts";
import { named } from "../named.ts";
import { refused, refusedWith } from "../refused.ts";
import { listen } from "./listener.ts";
import { ana, bea, CLOUD, Team, WIKI } from "./team.ts";

// git starts a dozen programs a test.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const { signal } = new AbortController();
const NEW = "beta.example.coop/blog.example.coop.env";
const message = "!deploy wiki.example.coop";
let team: Team;

beforeEach(async () => {
  team = await Team.make();
});

afterEach(() => team[Symbol.asyncDispose]());

describe("an act", () => {
  it("is one commit of its file alone, by the person, and is pushed", async () => {
    await team.write(CLOUD, "somebody else is at this\n");
    const path = await team.write(WIKI, "TYPE=wiki:1\n");
    const act = { id: "1 $a", path, message, author: ana };
    expect(await team.open().record(act, signal)).toEqual({});
    expect(team.log()[0]).toBe(`ana <@ana:example.coop>|${message}| ${WIKI}`);
    expect(team.servers.git("log", "-1", "--format=%cn <%ce>|%B")).toBe(
      `moot <moot@localhost>|${message}\n\nMoot-Job: 1 $a`,
    );
    expect(team.servers.git("status", "--porcelain")).toBe(`M ${CLOUD}`);
  });

  it("may make a file, or take one away", async () => {
    const sync = team.open();
    const path = await team.write(NEW, "TYPE=blog\n");
    await sync.record({ id: "1 $a", path, message: "!deploy blog", author: ana }, signal);
    await rm(path);
    await sync.record({ id: "2 $b", path, message: "!remove blog", author: bea }, signal);
    expect(team.log().slice(0, 2)).toEqual([
      `bea <@bea:example.coop>|!remove blog| ${NEW}`,
      `ana <@ana:example.coop>|!deploy blog| ${NEW}`,
    ]);
    expect(team.servers.git("status", "--porcelain")).toBe("");
  });

  it("has its entry also when it changed no file, and when there is none", async () => {
    const sync = team.open();
    const author = ana;
    await sync.record({ id: "1 $a", path: team.path(WIKI), message, author }, signal);
    await sync.record({ id: "2 $b", path: team.path(NEW), message: "!run x", author }, signal);
    expect(team.log().slice(0, 2)).toEqual([
      "ana <@ana:example.coop>|!run x|",
      `ana <@ana:example.coop>|${message}|`,
    ]);
  });

  it("that is taken twice is one commit, but another of the same words is another", async () => {
    const path = await team.write(WIKI, "TYPE=wiki:1\n");
    const act = { id: "1 $a.c", path, message, author: ana };
    await team.open().record(act, signal);
    await team.open().record(act, signal);
    expect(team.log()).toHaveLength(2);
    await team.open().record({ ...act, id: "1 $abc" }, signal);
    expect(team.log()).toHaveLength(3);
  });

  it.each([
    ["@a<b>:example.coop", "ab <@ab:example.coop>"],
    ["@...:example.coop", "member <@...:example.coop>"],
    ["@zoë:example.coop:8448", "zoë <@zoë:example.coop:8448>"],
  ])("by %s has an author that git can write", async (typed, shown) => {
    const author = named(isUserId, typed);
    await team.open().record({ id: "1 $a", path: team.path(WIKI), message, author }, signal);
    expect(team.log()[0]).toContain(`${shown}|`);
  });

  it("cannot forge another's mark by its words", async () => {
    const forged = "!deploy x\u0007\u001b[31m";
    const act = { id: "1 $a", path: team.path(WIKI), message: forged, author: ana };
    await team.open().record(act, signal);
    expect(team.servers.git("log", "-1", "--format=%s")).toBe("!deploy x  [31m");
  });

  it("is committed where the link leads, within the repository", async () => {
    const path = await team.write("shared.env", "TYPE=wiki\n");
    const link = team.path("alpha.example.coop/link.example.coop.env");
    await symlink(path, link);
    await team.open().record({ id: "1 $a", path: link, message, author: ana }, signal);
    expect(team.log()[0]).toBe(`ana <@ana:example.coop>|${message}| shared.env`);
  });

  it("is refused where the link leads out of the repository", async () => {
    const outside = join(team.folder, "outside.env");
    await writeFile(outside, "TYPE=wiki\n");
    const link = team.path("alpha.example.coop/link.example.coop.env");
    await symlink(outside, link);
    const act = { id: "1 $a", path: link, message, author: ana };
    expect(await refusedWith(team.open().record(act, signal))).toContain(
      "put the file itself into the repository, in place of the link",
    );
    expect(team.log()).toHaveLength(1);
  });

  it("runs no hook, and asks for no signature", async () => {
    const hooks = join(team.servers.folder, ".git/hooks");
    await mkdir(hooks, { recursive: true });
    for (const hook of ["pre-commit", "commit-msg", "post-commit", "pre-push"]) {
      await writeFile(join(hooks, hook), "#!/bin/sh\ntouch ../hooked\nexit 1\n", { mode: 0o755 });
    }
    team.servers.git("config", "commit.gpgSign", "true");
    team.servers.git("config", "credential.helper", "!touch hooked");
    const path = await team.write(WIKI, "TYPE=wiki:1\n");
    expect(await team.open().record({ id: "1 $a", path, message, author: ana }, signal)).toEqual(
      {},
    );
    expect(team.servers.git("status", "--porcelain", "--ignored")).toBe("");
  });
});

describe("the remote", () => {
  it("need not be there", async () => {
    team.servers.git("remote", "remove", "origin");
    const path = await team.write(WIKI, "TYPE=wiki:1\n");
    expect(await team.open().record({ id: "1 $a", path, message, author: ana }, signal)).toEqual(
      {},
    );
    expect(team.log(team.servers)).toHaveLength(2);
  });

  it("may be empty, and the branch without a commit", async () => {
    await rm(team.servers.folder, { recursive: true });
    await mkdir(team.servers.folder);
    team.servers.git("init", "--quiet", "--initial-branch=main");
    const bare = join(team.folder, "bare.git");
    team.servers.git("init", "--quiet", "--bare", "--initial-branch=main", bare);
    team.servers.git("remote", "add", "origin", bare);
    await team.open().pull([], signal);
    const path = await team.write(WIKI, "TYPE=wiki\n");
    await team.open().record({ id: "1 $a", path, message, author: ana }, signal);
    expect(team.log(bare)).toEqual([`ana <@ana:example.coop>|${message}| ${WIKI}`]);
  });

  it("that somebody pushed to meanwhile gets both, ours on top", async () => {
    const path = await team.write(WIKI, "TYPE=wiki:1\n");
    await team.elsewhere(CLOUD, "TYPE=cloud:1\n");
    expect(await team.open().record({ id: "1 $a", path, message, author: ana }, signal)).toEqual(
      {},
    );
    expect(team.log().slice(0, 2)).toEqual([
      `ana <@ana:example.coop>|${message}| ${WIKI}`,
      `ana <ana@example.coop>|a change| ${CLOUD}`,
    ]);
    expect(await team.read(CLOUD)).toBe("TYPE=cloud:1\n");
  });

  it("that has another change of the same file leaves the commit here, and says so", async () => {
    const path = await team.write(WIKI, "TYPE=wiki:1\n");
    await team.elsewhere(WIKI, "TYPE=wiki:9\n");
    const { problem } = await team
      .open()
      .record({ id: "1 $a", path, message, author: ana }, signal);
    expect(problem).toContain(`have each changed ${WIKI}`);
    expect(team.log(team.servers)[0]).toBe(`ana <@ana:example.coop>|${message}| ${WIKI}`);
    expect(await team.read(WIKI)).toBe("TYPE=wiki:1\n");
    expect(team.servers.git("status", "--porcelain")).toBe("");
  });

  it("that is down gets the commit with the next one", async () => {
    const gone = join(team.folder, "gone.git");
    await rename(team.remote, gone);
    const path = await team.write(WIKI, "TYPE=wiki:1\n");
    const first = { id: "1 $a", path, message, author: ana };
    const { problem } = await team.open().record(first, signal);
    expect(problem).toContain(`'${team.remote}' does not appear to be a git repository`);
    expect(team.kept.text()).toContain("env files could not be pushed");
    await rename(gone, team.remote);
    const second = { ...first, id: "2 $b", message: "!deploy again", author: bea };
    expect(await team.open().record(second, signal)).toEqual({});
    expect(team.log().map((entry) => entry.split("|")[1])).toEqual([
      "!deploy again",
      message,
      "a change",
    ]);
  });

  it("that never answers is given up, and the commit stands", async () => {
    await using silent = await listen();
    const url = `https://127.0.0.1:${silent.port}/team.git`;
    team.servers.git("remote", "set-url", "origin", url);
    const path = await team.write(WIKI, "TYPE=wiki:1\n");
    const act = { id: "1 $a", path, message, author: ana };
    expect(await team.open(700).record(act, signal)).toEqual({
      problem: "the remote origin gave no answer",
    });
    expect(team.log(team.servers)).toHaveLength(2);
  });
});

describe("a repository that is not in order", () => {
  it("gets no commit while it is on no branch", async () => {
    team.servers.git("checkout", "--quiet", "--detach");
    const before = team.state();
    const act = { id: "1 $a", path: team.path(WIKI), message, author: ana };
    expect(await refused(team.open().record(act, signal))).toMatchObject({ kind: "sync-detached" });
    expect(team.state()).toBe(before);
  });

  it("says in git's words that its files are kept out of it", async () => {
    await team.write(".gitignore", "*.env\n");
    const path = await team.write(NEW, "TYPE=blog\n");
    const act = { id: "1 $a", path, message, author: ana };
    expect(await refusedWith(team.open().record(act, signal))).toContain("ignored by one of your");
  });
});
