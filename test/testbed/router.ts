// Runs the stand-in for Traefik on a host, so that a GET of an app's domain at its address is answered.
import { join } from "node:path";
import { writeFile } from "node:fs/promises";
import type { TestHost } from "./host.ts";
import { untilTrue } from "./wait.ts";

/** Deploys the stack `router` where it does not answer. `folder` keeps its compose file. */
export async function ensureRouter(
  host: TestHost,
  registry: string,
  folder: string,
): Promise<void> {
  if (await answers(host)) return;
  const compose = {
    version: "3.8",
    services: {
      app: {
        image: `${registry}/moot/router:1`,
        networks: ["proxy"],
        ports: [{ target: 80, published: 80, mode: "host" }],
        deploy: { mode: "global", restart_policy: { delay: "100ms" } },
      },
    },
    networks: { proxy: { external: true } },
  };
  const file = join(folder, "router.json");
  await writeFile(file, JSON.stringify(compose));
  await host.docker("stack", "deploy", "--detach=true", "-c", file, "router");
  await untilTrue(`the router of ${host.name}`, 30, () => answers(host));
}

async function answers(host: TestHost): Promise<boolean> {
  return fetch(`http://${host.address}/router`, { signal: AbortSignal.timeout(500) }).then(
    ({ status }) => status === 204,
    () => false,
  );
}
