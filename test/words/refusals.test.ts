// A refusal ends with something to do.
import { expect, it } from "vitest";
import type { RefusalReason } from "../../src/core/errors.ts";
import { isServerName, isStackName } from "../../src/core/ids.ts";
import { plain } from "../../src/words/draw.ts";
import { refusalDoc } from "../../src/words/refusals.ts";
import { APP } from "../core/planning-input.ts";
import { named } from "../named.ts";

it.each<RefusalReason>([
  { kind: "step-failed", step: "pull the image", problem: "no space left on device" },
  { kind: "bad-config", file: "bot.config.yaml", problems: ["roles: is missing"] },
  { kind: "homeserver", problem: "the password is wrong" },
  { kind: "address-unusable", address: "127.0.0.1:9464", why: "taken" },
  { kind: "address-unusable", address: "192.0.2.1:9464", why: "elsewhere" },
  { kind: "address-unusable", address: "127.0.0.1:80", why: "denied" },
])("$kind says what to do next", (reason) => {
  expect(plain(refusalDoc(reason)).trimEnd().split("\n").at(-1)).toMatch(/^Next: /);
});

const server = named(isServerName, "alpha.example.coop");
const stack = named(isStackName, "wiki");

it.each<[RefusalReason, string, string]>([
  [
    { kind: "server-unreachable", server, node: "two", problem: "no answer." },
    "The node two of the server alpha.example.coop cannot be reached: no answer.",
    "!servers",
  ],
  [
    { kind: "host-key-unknown", server, node: "two", fingerprint: "SHA256:x", line: "hostKey: k" },
    "The node two of the server alpha.example.coop showed a host key that moot does not know",
    "add this under that node in moot's config",
  ],
  [
    { kind: "host-key-changed", server, node: "two", expected: "a", found: "b" },
    "The host key of the node two of the server alpha.example.coop has changed",
    "put its new key into hostKey",
  ],
  [
    { kind: "node-unknown", server, node: "two" },
    "on the node two of alpha.example.coop, to which moot has no way",
    "ssh: USER@ADDRESS",
  ],
  [
    { kind: "catalogue-unreachable", index: "https://recipes.example.coop", problem: "no answer" },
    "The catalogue of recipes https://recipes.example.coop could not be read: no answer",
    "catalogue: index in moot's config",
  ],
  [{ kind: "node-other", server, node: "two" }, "is not that node", "docker node ls"],
  [
    { kind: "node-down", server, node: "two" },
    "The node two of alpha.example.coop is down",
    "docker node rm --force two",
  ],
  [
    { kind: "in-use", what: "volume", name: "wiki_data", by: ["wiki_app", "wiki_db"] },
    "The volume wiki_data is still used by wiki_app and wiki_db",
    "!apps",
  ],
  [
    { kind: "not-running", stack, service: "db", problem: "its task is pending" },
    "The service db of wiki does not run: its task is pending",
    "!ps APP",
  ],
  [
    { kind: "not-running", stack, app: APP, service: "db", problem: "it has no task" },
    `The service db of ${APP} does not run: it has no task`,
    `!ps ${APP}`,
  ],
])("%j says what is wrong and what to do", (reason, wrong, remedy) => {
  const said = plain(refusalDoc(reason));
  expect(said).toContain(wrong);
  expect(said).toContain(remedy);
});
