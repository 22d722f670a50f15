// The promise of every host, kept by a real swarm, reached over SSH.
import { systemClock } from "../../src/clock.ts";
import { readerName } from "../../src/swarm/secret-reading.ts";
import { describeHost } from "./host.ts";
import { LAST_WORDS, RULE, TRAP, type Fate } from "./host-ground.ts";
import { openStage } from "./host-stage.ts";

/** Any file will do for a secret's value. */
const FILE = import.meta.filename;

const COMMANDS: Readonly<Record<Fate, string>> = {
  runs: "echo up; exec sleep 100000",
  "runs-changed": "echo up; exec sleep 100000",
  crashes: `echo '${LAST_WORDS}' >&2; exit 3`,
  "ends-well": "echo done",
  "finds-no-node": "exec sleep 100000",
  "is-rolled-back": "exit 3",
};

function compose(registry: string, fate: Fate): string {
  const restart = fate === "ends-well" ? "{ condition: none }" : "{ delay: 200ms }";
  // On a busy machine even a task that ends at once is seen to end seconds after it was seen to run.
  const monitor = fate === "runs" || fate === "runs-changed" ? "1s" : "10s";
  const place = fate === "finds-no-node" ? '["node.labels.nowhere == 1"]' : "[]";
  return `
version: "3.8"
services:
  app:
    image: ${registry}/moot/app:1.0.0
    command: ["sh", "-c", ${JSON.stringify(COMMANDS[fate])}]
    environment:
      - TRAP
      - FATE=${fate}
    configs: [{ source: page, target: /page }]
    deploy:
      labels: ["traefik.http.routers.wiki.rule=${RULE}"]
      restart_policy: ${restart}
      placement: { constraints: ${place} }
      update_config: { failure_action: rollback, monitor: ${monitor} }
configs:
  page:
    name: \${STACK_NAME}_page_v1
    file: page.txt
`;
}

/** As `runs`, with a secret that is there before it and a volume of its own. */
function holding(registry: string, secret: string): string {
  return compose(registry, "runs")
    .replace("    deploy:", '    secrets: [token]\n    volumes: ["data:/data"]\n    deploy:')
    .concat(`secrets: { token: { external: true, name: ${secret} } }\nvolumes: { data: {} }\n`);
}

describeHost("a swarm over SSH", async () => {
  const stage = await openStage();
  const registry = stage.testbed.registry.address;
  return {
    host: stage.host,
    clock: systemClock,
    image: `${registry}/moot/app:1.0.0`,
    missing: `${registry}/moot/app:9.9.9`,
    stack: (stack, fate) => {
      const files = { "compose.yml": compose(registry, fate), "page.txt": "hello\n" };
      return stage.seal(stack, files, { TRAP });
    },
    holding: (stack, secret) => {
      const files = { "compose.yml": holding(registry, secret), "page.txt": "hello\n" };
      return stage.seal(stack, files, { TRAP });
    },
    label: async (stack, secret) => {
      const label = `com.docker.stack.namespace=${stack}`;
      await stage.testbed.host("alpha").docker("secret", "create", "--label", label, secret, FILE);
    },
    leaveReader: async (names) => {
      const image = `${registry}/moot/app:1.0.0`;
      const words = ["--detach", "--name", readerName(names), image, "sleep", "600"];
      await stage.testbed.host("alpha").docker("service", "create", ...words);
    },
    readers: async () => {
      const words = ["--quiet", "--filter", "name=moot-reads-"];
      const listed = await stage.testbed.host("alpha").docker("service", "ls", ...words);
      return listed.split("\n").filter((id) => id !== "").length;
    },
    remove: async (stack) => {
      await stage.testbed.host("alpha").docker("stack", "rm", stack);
    },
    [Symbol.asyncDispose]: () => stage.close(),
  };
});
