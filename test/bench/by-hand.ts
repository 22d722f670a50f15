// Deploys the recipe hello as a person does by hand: `docker stack deploy` that waits, on the engine's own socket.
import { join } from "node:path";
import { execa } from "execa";
import type { Testbed, TestHost } from "../testbed/index.ts";

export type Settings = Readonly<Record<string, string>>;

/** A checkout of the recipe's newest version; resolves with what deploys it to a stack, in seconds. */
export async function prepareByHand(
  testbed: Testbed,
  host: TestHost,
  folder: string,
): Promise<(domain: string, settings?: Settings) => Promise<number>> {
  const tree = join(folder, "hello");
  await execa("git", ["clone", "-q", join(testbed.recipes.folder, "hello.git"), tree]);
  return async (domain, settings = {}) => {
    const stack = domain.replaceAll(".", "_");
    const env = {
      PATH: "/usr/bin:/bin",
      HOME: folder,
      DOCKER_HOST: `unix://${host.socket}`,
      STACK_NAME: stack,
      DOMAIN: domain,
      LETS_ENCRYPT_ENV: "production",
      SECRET_SESSION_KEY_VERSION: "v1",
      INDEX_VERSION: "v2",
      ...settings,
    };
    const argv = ["stack", "deploy", "--detach=false", "--compose-file=compose.yml", stack];
    const begun = performance.now();
    await execa(testbed.docker, argv, { cwd: tree, env, extendEnv: false });
    return (performance.now() - begun) / 1000;
  };
}
