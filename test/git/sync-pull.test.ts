// What colleagues pushed is here before moot plans; where that cannot be, moot says so and touches nothing.
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { refusedWith } from "../refused.ts";
import { listen } from "./listener.ts";
import { Origin } from "./origin.ts";
import { CLOUD, Team, WIKI } from "./team.ts";

// git starts a dozen programs a test.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const { signal } = new AbortController();
let team: Team;

beforeEach(async () => {
  team = await Team.make();
});

afterEach(() => team[Symbol.asyncDispose]());

/** What it says, once it is shown that nothing moved. */
async function untouched(deadline?: number): Promise<string> {
  const before = team.state();
  const said = await refusedWith(team.open(deadline).pull([], signal));
  expect(team.state()).toBe(before);
  return said;
}

describe("a pull", () => {
  it("takes in what others pushed", async () => {
    await team.elsewhere(WIKI, "TYPE=wiki:2\n");
    await team.open().pull([], signal);
    expect(await team.read(WIKI)).toBe("TYPE=wiki:2\n");
  });

  it("puts what was not pushed yet on top, entries without a change too", async () => {
    await team.servers.commit({ [CLOUD]: "TYPE=cloud:1\n" });
    team.servers.git("commit", "--quiet", "--allow-empty", "--message", "!run");
    team.servers.git("commit", "--quiet", "--allow-empty", "--message", "!run again");
    await team.elsewhere(WIKI, "TYPE=wiki:2\n");
    await team.open().pull([], signal);
    const subjects = team.log(team.servers).map((entry) => entry.split("|")[1]);
    expect(subjects.slice(0, 2)).toEqual(["!run again", "!run"]);
    expect(team.log(team.servers)).toHaveLength(5);
    expect(await team.read(WIKI)).toBe("TYPE=wiki:2\n");
    expect(team.servers.git("worktree", "list").split("\n")).toHaveLength(1);
  });

  it("lets files that nobody committed yet lie", async () => {
    await team.write("notes.txt", "mine\n");
    await team.elsewhere(WIKI, "TYPE=wiki:2\n");
    await team.open().pull([], signal);
    expect(await team.read("notes.txt")).toBe("mine\n");
  });

  it("lets the files lie that moot's own jobs are working on", async () => {
    const own = await team.write(CLOUD, "TYPE=cloud:1\n");
    await team.servers.commit({ "notes.txt": "" });
    team.servers.git("reset", "--quiet", "--mixed", "HEAD~1");
    await team.write(CLOUD, "TYPE=cloud:1\n");
    await team.elsewhere(WIKI, "TYPE=wiki:2\n");
    await team.open().pull([own], signal);
    expect(await team.read(WIKI)).toBe("TYPE=wiki:2\n");
    expect(await team.read(CLOUD)).toBe("TYPE=cloud:1\n");
  });

  it("clears away what a killed moot left in the middle of it", async () => {
    const left = join(team.servers.folder, ".git/moot-rebase");
    team.servers.git("worktree", "add", "--quiet", "--detach", left);
    await team.servers.commit({ [CLOUD]: "TYPE=cloud:1\n" });
    await team.elsewhere(WIKI, "TYPE=wiki:2\n");
    await team.open().pull([], signal);
    expect(team.log(team.servers)).toHaveLength(3);
  });

  it("asks each server's repository where each has its own", async () => {
    await rename(team.servers.folder, join(team.folder, "alpha"));
    await mkdir(team.servers.folder);
    await rename(join(team.folder, "alpha"), team.path("alpha.example.coop"));
    await mkdir(team.path("beta.example.coop"));
    await team.elsewhere(WIKI, "TYPE=wiki:2\n");
    await team.open().pull([], signal);
    expect(await team.read(`alpha.example.coop/${WIKI}`)).toBe("TYPE=wiki:2\n");
  });

  it("finds the repository also where it is abra's whole folder", async () => {
    await rm(join(team.servers.folder, ".git"), { recursive: true });
    const whole = Origin.at(team.dir);
    whole.git("init", "--quiet", "--initial-branch=main");
    await whole.commit({ "servers/x.env": "" });
    whole.git("checkout", "--quiet", "--detach");
    expect(await refusedWith(team.open().pull([], signal))).toContain(
      `${team.dir} is on no branch`,
    );
  });

  it("uses no repository further up: that is somebody's home", async () => {
    await rm(join(team.servers.folder, ".git"), { recursive: true });
    Origin.at(team.folder).git("init", "--quiet");
    expect(await refusedWith(team.open().pull([], signal))).toContain("is in no git repository");
  });

  it("is refused without a repository", async () => {
    await rm(team.servers.folder, { recursive: true });
    const said = await refusedWith(team.open().pull([], signal));
    expect(said).toContain(`git init ${team.servers.folder}`);
  });
});

describe("a remote", () => {
  it("need not be there", async () => {
    team.servers.git("remote", "remove", "origin");
    await team.open().pull([], signal);
    expect(team.kept.text()).toBe("");
  });

  it("that is down stops nobody: moot goes on with what is here, and its log says so", async () => {
    await rename(team.remote, join(team.folder, "gone.git"));
    const before = team.state();
    await team.open().pull([], signal);
    expect(team.state()).toBe(before);
    expect(team.kept.text()).toContain("env files could not be pulled, going on with those here");
  });

  it("that never answers is given up, and moot says how to go on", async () => {
    await using silent = await listen();
    const url = `https://127.0.0.1:${silent.port}/team.git`;
    team.servers.git("remote", "set-url", "origin", url);
    const said = await untouched(700);
    expect(said).toContain("gave no answer: it did not end within 0.7 s. Nothing was changed.");
    expect(said).toContain("Type the command again.");
  });

  it("by ssh that never answers is given up, too", async () => {
    await using silent = await listen();
    const url = `ssh://git@127.0.0.1:${silent.port}/team.git`;
    team.servers.git("remote", "set-url", "origin", url);
    expect(await untouched(1_500)).toContain("gave no answer");
  });

  it("whose history says otherwise stops everything", async () => {
    await team.servers.commit({ [WIKI]: "TYPE=wiki:1\n" });
    await team.elsewhere(WIKI, "TYPE=wiki:9\n");
    team.servers.git("fetch", "--quiet");
    const said = await untouched();
    expect(said).toContain(`its remote origin have each changed ${WIKI}.`);
    expect(said).toContain(`git -C ${team.servers.folder} pull --rebase`);
  });

  it("with another history altogether stops everything", async () => {
    const strange = await Origin.make(join(team.folder, "strange"));
    await strange.commit({ [WIKI]: "TYPE=strange\n" });
    team.servers.git("remote", "set-url", "origin", strange.folder);
    team.servers.git("fetch", "--quiet");
    expect(await untouched()).toContain("their histories have no beginning in common");
  });

  it("that would write over a file nobody committed stops everything", async () => {
    await team.write("notes.txt", "mine\n");
    await team.elsewhere("notes.txt", "theirs\n");
    team.servers.git("fetch", "--quiet");
    expect(await untouched()).toContain("notes.txt");
    expect(await team.read("notes.txt")).toBe("mine\n");
  });
});

describe("a repository that is not in order", () => {
  it("with changes that nobody committed stops everything, and the files are named", async () => {
    await team.write(WIKI, "TYPE=edited\n");
    await team.elsewhere(CLOUD, "TYPE=cloud:2\n");
    const said = await untouched();
    expect(said).toContain(`has changes that nobody committed: ${WIKI}.`);
    expect(said).toContain("commit them or take them back, then type the command again.");
  });

  it("with changes that are only staged stops everything, too", async () => {
    await team.write("alpha.example.coop/new.example.coop.env", "TYPE=new\n");
    team.servers.git("add", "--all");
    expect(await untouched()).toContain("new.example.coop.env");
  });

  it("on no branch stops everything", async () => {
    team.servers.git("checkout", "--quiet", "--detach");
    const said = await untouched();
    expect(said).toContain("is on no branch");
    expect(said).toContain(`git -C ${team.servers.folder} switch BRANCH`);
  });

  it.each(["rebase", "merge"])("in the middle of a %s stops everything", async (what) => {
    await team.servers.commit({ [WIKI]: "TYPE=wiki:1\n" });
    await team.elsewhere(WIKI, "TYPE=wiki:9\n");
    team.servers.git("fetch", "--quiet");
    expect(() => team.servers.git(what, "origin/main")).toThrow();
    const said = await untouched();
    expect(said).toContain(`Somebody began a ${what} in`);
    expect(said).toContain(`git -C ${team.servers.folder} ${what} --abort`);
  });

  it("with another git at work says so", async () => {
    await team.elsewhere(WIKI, "TYPE=wiki:2\n");
    team.servers.git("fetch", "--quiet");
    await writeFile(join(team.servers.folder, ".git/index.lock"), "");
    expect(await refusedWith(team.open().pull([], signal))).toContain("index.lock': File exists");
    expect(await team.read(WIKI)).toBe("TYPE=wiki\n");
  });
});
