// How people read a plan.
import { describe, expect, it } from "vitest";
import type { Part } from "../core/planning-input.ts";
import {
  actual,
  changed,
  digest,
  plan,
  rendered,
  secret,
  service,
  STACK,
  stackState,
} from "../core/planning-input.ts";
import type { Warning } from "../../src/core/plan.ts";
import { changeWords } from "../../src/words/changes.ts";
import { plain } from "../../src/words/draw.ts";
import { dangerLines, planDoc } from "../../src/words/plan.ts";
import { warningLine } from "../../src/words/warnings.ts";
import { text } from "../../src/core/doc.ts";

const version = { isChaos: false, commit: "c0ffee" };

/** An upgrade with something of everything. */
function upgrade(): Part {
  const live = stackState([
    service({ env: { LOG: "info", DB_PASSWORD: "hunter2" }, labels: { a: "1" } }),
    service({ name: "db" }),
    service({ name: "mail", labels: { a: "1" } }),
    service({ name: "old" }),
  ]);
  const desired = stackState([
    service({
      image: "registry.example/wiki:2",
      digest: digest(2),
      env: { LOG: "debug", DB_PASSWORD: "hunter3", NEW: "x" },
      labels: { a: "1" },
      secrets: [`${STACK}_key_v1`],
      binds: ["/srv"],
    }),
    service({ name: "db" }),
    service({ name: "mail", labels: { a: "2" } }),
    service({ name: "cache", image: "redis:7", digest: digest(7) }),
  ]);
  return {
    desired,
    rendered: rendered(desired, { externalSecrets: [`${STACK}_key_v1`] }),
    actual: actual(live),
    secrets: [secret(`${STACK}_key_v1`)],
    version: { ...version, from: "1.9.0+1", to: "2.0.0+2" },
    unset: ["SMTP_HOST"],
    env: { DOMAIN: "wiki.example.coop" },
  };
}

describe("the long form", () => {
  it("tells all that happens, in an order an operator asks for it", () => {
    expect(plain(planDoc(plan(upgrade())))).toBe(
      [
        "wiki.example.coop on alpha.example.coop, recipe wiki, version 1.9.0+1 → 2.0.0+2 (a major step).",
        "Starts: cache",
        "- image redis:7",
        "Restarts: app",
        "- image registry.example/wiki:1 → registry.example/wiki:2",
        "- DB_PASSWORD: changed (not shown, it looks secret)",
        "- LOG: info → debug",
        "- NEW: new, x",
        `- secret ${STACK}_key_v1 is added`,
        "- volume /srv is added",
        "Changes without a restart: mail",
        "- label a: 1 → 2",
        "Is removed (its volumes stay): old.",
        "Stays as it is: db.",
        `1 secret will be made on the server, where the value stays: ${STACK}_key_v1.`,
        "Danger, so more people may have to agree:",
        "- the step from 1.9.0+1 to 2.0.0+2 is a major one: read the release notes, and have a backup",
        "- app gets /srv of the server itself",
        "Please note:",
        "- Not set, and so empty: SMTP_HOST. Add them to the env file, or as KEY=VALUE when the app is new.",
        "Steps:",
        "- fetch the image of app",
        "- fetch the image of cache",
        `- make the secret ${STACK}_key_v1`,
        `- write the stack ${STACK}`,
        "- wait for app, cache, db and mail to stay up, at most 5 min",
        "- remove old, which the recipe no longer has",
        "- record version 2.0.0+2 in the env file",
        "- ask wiki.example.coop for an answer",
      ].join("\n"),
    );
  });

  it("never shows a value that looks secret", () => {
    expect(plain(planDoc(plan(upgrade())))).not.toMatch(/hunter/);
  });

  it("is one line where nothing would change", () => {
    expect(plain(planDoc(plan()))).toBe(
      "wiki.example.coop on alpha.example.coop, recipe wiki, version 1.0.0+1 as now. Nothing would change: all of it is as wanted.",
    );
  });
});

describe("the short form", () => {
  it("tells what restarts and what it risks", () => {
    const short = plain(planDoc(plan(upgrade()), "short"));
    expect(short.split("\n").slice(0, 7)).toEqual([
      "wiki.example.coop on alpha.example.coop, recipe wiki, version 1.9.0+1 → 2.0.0+2 (a major step).",
      "- Starts: cache.",
      "- Restarts: app.",
      "- Changes without a restart: mail.",
      "- Is removed (its volumes stay): old.",
      "- Stays as it is: db.",
      `1 secret will be made on the server, where the value stays: ${STACK}_key_v1.`,
    ]);
    expect(short).not.toContain("Steps:");
  });

  it("keeps the warnings few and says where the rest is", () => {
    const ignored = ["a", "b", "c", "d", "e"].map((key) => ({ service: "app", key }));
    const short = plain(
      planDoc(plan({ ...changed(), rendered: rendered(stackState(), { ignored }) }), "short"),
    );
    expect(short).toContain("- and 2 more: !plan wiki.example.coop");
  });
});

describe("the first line", () => {
  it.each<[string, Part]>([
    [
      "A new app, wiki.example.coop on alpha.example.coop, recipe wiki, version 1.0.0+1.",
      { file: { path: "p", text: "" }, actual: actual(), version: { ...version, to: "1.0.0+1" } },
    ],
    [
      "version 1.0.0+1 → 1.0.1+1 (a patch step).",
      { version: { ...version, from: "1.0.0+1", to: "1.0.1+1" } },
    ],
    [
      "version 1.0.1+1 → 1.0.0+1 (a step back; data are not put back).",
      { version: { ...version, from: "1.0.1+1", to: "1.0.0+1" } },
    ],
    [
      "commit 0dbbb1d5, which is no published version (now 1.0.0+1).",
      { version: { isChaos: true, commit: "c0ffee", from: "1.0.0+1", to: "0dbbb1d5" } },
    ],
    [
      "version 1.0.0+1 (what runs now carries no version).",
      { version: { ...version, to: "1.0.0+1" } },
    ],
    [
      "version 0dbbb1d5 → 1.0.0+1 (the two cannot be compared).",
      { version: { ...version, from: "0dbbb1d5", to: "1.0.0+1" } },
    ],
  ])("ends in: %s", (words, part) => {
    expect(plain(planDoc(plan({ ...changed(), ...part }))).split("\n")[0]).toContain(words);
  });
});

describe("reasons to ask others", () => {
  it("are the dangers, or that something changes, or none", () => {
    expect(dangerLines(plan({ ...changed(), isInCatalogue: false }))).toEqual([
      "the recipe wiki is not in the catalogue: nobody has published it",
    ]);
    expect(dangerLines(plan(changed()))).toEqual(["it changes what runs"]);
    expect(dangerLines(plan())).toEqual([]);
  });

  it("say what a moved tag named and names", () => {
    const version = { from: "1.0.0+1", to: "1.0.1+1", isChaos: false };
    const [line] = dangerLines(
      plan({ ...changed(), version: { ...version, commit: "b".repeat(40), movedFrom: "aaaa" } }),
    );
    expect(line).toContain("the tag 1.0.1+1 was moved by the recipe's makers: it named aaaa");
    expect(line).toContain("and names bbbbbbbb now");
  });

  it("have words for every danger", () => {
    const powers = [{ service: "app", capabilities: ["CHOWN"], hostNetwork: true }];
    const desired = stackState([service({ binds: ["/var/run/docker.sock"] })]);
    const made = plan({
      desired,
      rendered: rendered(desired, { powers }),
      env: { POST_DEPLOY_CMDS: "app x" },
      version: { from: "1.0.0+1", to: "0dbbb1d5", isChaos: true, commit: "c0ffee" },
    });
    expect(dangerLines(made)).toEqual([
      "app gets more rights on the server: CHOWN",
      "commit 0dbbb1d5 is no published version of the recipe",
      "POST_DEPLOY_CMDS was changed: commands that run inside the app",
      "app gets the docker socket, and with it power over the whole server",
      "app uses the server's own network",
    ]);
  });
});

describe("changes", () => {
  it.each([
    [
      { what: "image", from: `w:1@${digest(1)}`, to: `w:1@${digest(2)}` },
      "image w:1, the same tag with new content",
    ],
    [{ what: "env", key: "A", from: "1" }, "A: left out, it was 1"],
    [{ what: "env", key: "A", from: "", to: "1" }, "A: (empty) → 1"],
    [{ what: "env", key: "API_TOKEN", to: "hunter2" }, "API_TOKEN: new, ****"],
    [{ what: "env", key: "API_TOKEN", from: "hunter2" }, "API_TOKEN: left out, it was ****"],
    [
      { what: "env", key: "URL", from: "a", to: "amqp://u:hunter2@mq" },
      "URL: a → amqp://u:****@mq",
    ],
    [{ what: "env", key: "A", from: "1", to: "x".repeat(99) }, `A: 1 → ${"x".repeat(80)}…`],
    [{ what: "replicas", from: "1", to: "2" }, "replicas: 1 → 2"],
    [{ what: "secret", added: ["a_v2"], removed: ["a_v1"] }, "secret a_v1 → a_v2"],
    [{ what: "network", added: [], removed: ["n"] }, "network n is left out"],
    [{ what: "config", added: [], removed: [] }, "configs trade places"],
    [
      { what: "setting", path: "healthcheck.interval", from: "5s", to: "9s" },
      "healthcheck.interval: 5s → 9s",
    ],
  ] as const)("%j reads %j", (change, words) => {
    expect(plain([text(changeWords(change))])).toBe(words);
  });
});

describe("warnings", () => {
  const dns = { kind: "dns", domain: "a.b", server: ["192.0.2.1"] } as const;
  it.each<[Warning, string]>([
    [{ kind: "missing-from-env", keys: ["A"] }, "keys that the env file lacks: A."],
    [{ ...dns, found: [] }, "a.b is not in the DNS yet. Point it to 192.0.2.1"],
    [{ ...dns, found: ["192.0.2.9"] }, "a.b leads to 192.0.2.9, and this server is 192.0.2.1"],
    [
      { kind: "ignored-key", service: "app", key: "privileged" },
      "Swarm ignores privileged of app.",
    ],
    [
      { kind: "unpinned-image", service: "app", image: "w:1", why: "denied" },
      "does not give it out",
    ],
    [{ kind: "sqlite-start-first", service: "app" }, "have a backup"],
    [{ kind: "recipe-stale", recipe: "hello", problem: "refused" }, "an older copy"],
    [{ kind: "unknown-charset", secret: "s", charset: "alnum" }, 'an alphabet "alnum"'],
  ])("%j says what to know", (warning, words) => {
    expect(plain([text(warningLine(warning))])).toContain(words);
  });
});
