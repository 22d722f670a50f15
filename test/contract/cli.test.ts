// The docker CLI is given a recipe's words and nothing of moot's own.
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { isStackName } from "../../src/core/ids.ts";
import type { Rendered } from "../../src/core/ports.ts";
import { DockerCli } from "../../src/swarm/cli.ts";
import { named } from "../named.ts";
import { refusedWith } from "../refused.ts";
import { ensureDockerCli } from "../testbed/tools.ts";
import { refusalOf } from "./host-ground.ts";

const { signal } = new AbortController();
const stack = named(isStackName, "wiki");
const mask = (text: string): string => text.replaceAll("hunter2", "****");
let docker: string;
let folder: string;

beforeAll(async () => {
  docker = await ensureDockerCli(() => undefined);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "recipe-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function render(
  files: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<Rendered> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const chain = Object.keys(files).filter((name) => name.startsWith("compose"));
  const cli = new DockerCli({ docker, logins: {}, mask, scratch: tmpdir() });
  return cli.render({ folder, files: chain, env: { TYPE: "wiki:1.0.0", ...env }, stack }, signal);
}

const app = (lines: string): string =>
  `version: "3.8"\nservices:\n  app:\n    image: nginx\n${lines}`;

describe("rendering", () => {
  test("merges the chain in its order and fills in the app's env", async () => {
    const { state } = await render(
      {
        "compose.yml": app('    environment: { A: "1", B: "${DOMAIN}" }\n'),
        "compose.more.yml": app('    environment: ["A=2"]\n'),
      },
      { DOMAIN: "wiki.example.coop" },
    );
    expect(state.services[0]?.env).toEqual({ A: "2", B: "wiki.example.coop" });
  });

  test("shows a recipe nothing of moot's own environment", async () => {
    const lines =
      '    environment: [PATH, HOME, DOCKER_CONFIG, USER, "X=${PATH}${HOME}${DOCKER_HOST}"]\n';
    const { state } = await render({ "compose.yml": app(lines) });
    expect(state.services[0]?.env).toEqual({ X: "" });
  });

  test("tells of overlays with different versions in the CLI's words", async () => {
    const files = {
      "compose.yml": app(""),
      "compose.old.yml": 'version: "3.7"\nservices:\n  app:\n    hostname: x\n',
    };
    const words = await refusedWith(render(files));
    expect(words).toContain("version mismatched between two composefiles : 3.8 and 3.7");
    expect(words).toContain("!recipes wiki lists them");
  });

  test("ends a default at the first brace, so that one inside another is text, as lint rule M003 says", async () => {
    const { state } = await render(
      { "compose.yml": app('    hostname: "${A:-${B}}"\n') },
      { B: "b" },
    );
    expect(JSON.stringify(state.services[0]?.template)).toContain('"${B}"');
  });

  test("tells what is not a stack file in the CLI's words, without the app's values", async () => {
    const lines = "    ports: ${PASSWORD}\n    pears: 3\n";
    const reason = await refusalOf(
      render({ "compose.yml": app(lines) }, { PASSWORD: "correct horse" }),
    );
    expect(reason).toMatchObject({ kind: "bad-recipe", recipe: "wiki" });
    expect(JSON.stringify(reason)).toContain("services.app");
    expect(JSON.stringify(reason)).not.toContain("correct horse");
  });

  test("tells keys that swarm does not know, powers, and what must exist", async () => {
    const lines = `    privileged: true
    container_name: x
    cap_add: [NET_ADMIN]
    restart: always
    networks: [proxy, host]
    secrets: [token]
    configs: [page]
    depends_on: [app]
networks:
  proxy: { external: true }
  host: { external: true, name: host }
  unused: { external: true }
secrets:
  token: { external: true, name: wiki_token_v1 }
  unused: { external: true }
configs:
  page: { external: true, name: shared_page_v1 }
  unused: { external: true }
`;
    expect(await render({ "compose.yml": app(lines) })).toMatchObject({
      ignored: [
        { service: "app", key: "container_name" },
        { service: "app", key: "privileged" },
      ],
      powers: [{ service: "app", capabilities: ["NET_ADMIN"], hostNetwork: true }],
      externalNetworks: ["proxy"],
      externalSecrets: ["wiki_token_v1"],
      externalConfigs: ["shared_page_v1"],
    });
  });

  test("tells how large the recipe's files are, and carries none that swarm would not take", async () => {
    const lines = "    configs: [page]\nconfigs:\n  page: { file: ./page }\n";
    const small = await render({ "compose.yml": app(lines), page: "hello\n" });
    expect(small.files).toEqual([{ what: "config", path: "page", bytes: 6 }]);
    const large = await render({ "compose.yml": app(lines), page: "x".repeat(2_000_000) });
    expect(large.files).toEqual([{ what: "config", path: "page", bytes: 2_000_000 }]);
    expect(large.yaml.length).toBeLessThan(2_000);
  });

  test("means the same from another folder", async () => {
    const files = {
      "compose.yml": app("    configs: [page]\nconfigs:\n  page: { file: ./page }\n"),
      page: "hello\n",
    };
    const first = await render(files);
    await rm(folder, { recursive: true });
    await mkdir(folder);
    folder = await mkdtemp(join(tmpdir(), "recipe-"));
    expect(await render(files)).toEqual(first);
  });

  test.each([
    [
      "a config of the machine",
      "    configs: [c]\nconfigs:\n  c: { file: /etc/hostname }\n",
      "configs/c",
    ],
    [
      "a config beside the recipe",
      "    configs: [c]\nconfigs:\n  c: { file: ../c }\n",
      "configs/c",
    ],
    ["a config that is missing", "    configs: [c]\nconfigs:\n  c: { file: ./c }\n", "configs/c"],
    ["an env file of the machine", "    env_file: [/etc/hostname]\n", "services/app/env_file"],
    ["a mount of its own folder", "    volumes: [./data:/data]\n", "/data is bound"],
  ])("refuses %s", async (_what, lines, told) => {
    const reason = await refusalOf(render({ "compose.yml": app(lines) }));
    expect(reason).toMatchObject({ kind: "bad-recipe" });
    expect("problem" in reason && reason.problem).toContain(told);
  });
});

describe("writing", () => {
  /** Stands in for the docker CLI: keeps what it was given, then does as told. */
  async function spy(end: string): Promise<string> {
    const path = join(folder, "docker");
    const keep = `cp -r "$2" '${folder}/config'; env > '${folder}/env'; echo "$@" > '${folder}/argv'; stat -c '%a' "$2" "$2"/* > '${folder}/modes'`;
    await writeFile(path, `#!/bin/sh\nPATH=/usr/bin:/bin; ${keep}\n${end}\n`);
    await chmod(path, 0o755);
    return path;
  }

  const logins = { "registry.example.coop": { user: "moot", password: "hunter2" } };

  async function write(end: string, image: string): Promise<unknown> {
    const text = app("    configs: [page]\nconfigs:\n  page: { file: ./page }\n");
    const { yaml } = await render({ "compose.yml": text.replace("nginx", image), page: "hello\n" });
    const cli = new DockerCli({ docker: await spy(end), logins, mask, scratch: tmpdir() });
    const { compose } = cli.seal(yaml, { digests: {}, appLabels: {}, appEnv: {} });
    return cli.deploy({ socket: "/run/far.sock", stack, compose }, signal);
  }

  const kept = (name: string): Promise<string> => readFile(join(folder, name), "utf8");

  test("gives the CLI an environment of nothing, and a folder nobody else reads", async () => {
    await write("exit 0", "nginx");
    const names = (await kept("env"))
      .trim()
      .split("\n")
      .map((line) => line.split("=")[0]);
    expect(names.filter((name) => name !== "PWD" && name !== "PATH" && name !== "_")).toEqual([]);
    const argv = await kept("argv");
    expect(argv).toContain(
      "--host unix:///run/far.sock stack deploy --detach=true --resolve-image=never",
    );
    expect(argv).not.toContain("registry-auth");
    expect((await kept("modes")).trim().split("\n").toSorted()).toEqual(["600", "700", "700"]);
    const [, written = ""] = /--config (\S+)/.exec(argv) ?? [];
    await expect(readdir(written)).rejects.toThrow("ENOENT");
  });

  test("lends it the login of a registry that the stack pulls from, and of no other", async () => {
    await write("exit 0", "registry.example.coop/moot/app:1");
    expect(await kept("argv")).toContain("--with-registry-auth");
    expect(await kept("argv")).not.toContain("hunter2");
    const auth = Buffer.from("moot:hunter2").toString("base64");
    expect(JSON.parse(await kept("config/config.json"))).toEqual({
      auths: { "registry.example.coop": { auth } },
    });
  });

  test("tells its last words when it fails, masked", async () => {
    const reason = await refusalOf(
      write("echo 'Creating a'; echo 'no: hunter2' >&2; exit 1", "nginx"),
    );
    expect(reason).toEqual({ kind: "step-failed", step: "deploy wiki", problem: "no: ****" });
  });
});
