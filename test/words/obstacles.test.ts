// Every obstacle says what is wrong and what to do.
import { expect, it } from "vitest";
import { list } from "../../src/core/doc.ts";
import type { Obstacle } from "../../src/core/plan.ts";
import { plain } from "../../src/words/draw.ts";
import { obstacleLines } from "../../src/words/obstacles.ts";
import { APP } from "../core/planning-input.ts";

it.each<[Obstacle, string, string]>([
  [
    { kind: "secret-missing", secret: "w_a_v1", why: "not-inserted" },
    "w_a_v1 is not on the server",
    "insert w_a_v1",
  ],
  [
    { kind: "secret-missing", secret: "w_a_v1", why: "not-generated" },
    "does not carry this app's name",
    "Deploy the app it belongs to first",
  ],
  [
    { kind: "network-missing", network: "proxy" },
    "no network proxy",
    "docker network create --driver overlay proxy",
  ],
  [
    { kind: "file-too-large", what: "config", path: "a.conf", bytes: 2_000_000, limit: 1_024_000 },
    "a.conf has 2000000 bytes, and a config of swarm takes less than 1024000",
    "another version may work",
  ],
  [
    { kind: "config-missing", config: "shared_v1" },
    "shared_v1 is not on the server",
    "docker config create shared_v1 FILE",
  ],
  [
    { kind: "config-changed", config: "w_c_v1", service: "app" },
    "w_c_v1 of app has new content",
    "count the v1 up by one",
  ],
  [
    { kind: "image-missing", service: "app", image: "w:9", why: "absent" },
    "no image w:9",
    "misspelt tag",
  ],
  [
    { kind: "image-missing", service: "app", image: "w:9", why: "denied" },
    "does not give out",
    "registries:",
  ],
  [
    { kind: "image-missing", service: "app", image: "w:9", why: "unreachable" },
    "does not answer",
    "Try again later",
  ],
  [
    { kind: "name-too-long", what: "secret", name: "x".repeat(70), limit: 64 },
    "has 70 characters, and swarm takes 64",
    "shorter domain",
  ],
  [{ kind: "secret-unversioned", secret: "w_a_" }, "w_a_ has no version", "set the key"],
  [
    { kind: "secret-misnamed", secret: "w_a_v1/../x" },
    "The secret name w_a_v1/../x has characters",
    "look in the env file at the key",
  ],
  [
    { kind: "unsupported-key", service: "app", key: "extends" },
    "extends",
    "another version may work",
  ],
  [
    { kind: "foreign", what: "router", name: "a.b", owner: "docs.coop" },
    "domain a.b belongs to docs.coop",
    "Take that domain out",
  ],
  [
    { kind: "foreign", what: "secret", name: "d_a_v1", owner: "d" },
    "secret d_a_v1 belongs to d",
    "STACK_NAME",
  ],
  [
    { kind: "outside-checkout", what: "file", path: "/etc/shadow" },
    "names /etc/shadow",
    "do not deploy",
  ],
  [
    { kind: "outside-checkout", what: "COMPOSE_FILE", path: "../x" },
    "names ../x",
    "Correct COMPOSE_FILE",
  ],
  [{ kind: "steering-env", key: "LD_PRELOAD" }, "LD_PRELOAD would steer programs", "Take it out"],
  [{ kind: "no-app-service", services: ["web"] }, "there is web", "COMPOSE_FILE"],
  [{ kind: "no-sample" }, "has no .env.sample", "--chaos"],
  [
    { kind: "config-unversioned", config: "w_page_" },
    "config w_page_ has no version",
    "choose another version",
  ],
  [{ kind: "no-image", service: "db" }, "service db has no image", "a setting that names it"],
  [{ kind: "compose-invalid", problem: "x" }, "cannot be used: x", "another version"],
  [{ kind: "mode-change", service: "app" }, "swarm refuses that", "Undeploy wiki.example.coop"],
])("%j", (obstacle, wrong, next) => {
  const words = plain([list(obstacleLines([obstacle], APP))]);
  expect(words).toContain(wrong);
  expect(words).toContain(next);
});
