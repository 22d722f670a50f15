// What a stack is rendered with, and what the deployed app carries of it.
import { describe, expect, it } from "vitest";
import {
  abraLabels,
  exposedEnv,
  isSteering,
  renderEnvironment,
  timeoutOf,
} from "../../src/core/environment.ts";
import { isStackName } from "../../src/core/ids.ts";
import { named } from "../named.ts";

const stack = named(isStackName, "wiki_example_coop");
const tagged = { stack, recipe: "wiki", version: "1.0.0+2", isChaos: false };

describe("the variables for rendering", () => {
  it("are the file's, the stack's name, and abra.sh's, which win", () => {
    expect(
      renderEnvironment({ A: "1", CONF_VERSION: "v1" }, stack, { CONF_VERSION: "v2" }),
    ).toEqual({
      kind: "ready",
      env: { A: "1", STACK_NAME: stack, CONF_VERSION: "v2" },
    });
  });

  it("are refused when one steers programs, wherever it comes from, all at once", () => {
    expect(renderEnvironment({ LD_PRELOAD: "x", A: "1" }, stack, { PATH: "x" })).toEqual({
      kind: "steering",
      obstacles: [
        { kind: "steering-env", key: "LD_PRELOAD" },
        { kind: "steering-env", key: "PATH" },
      ],
    });
  });

  it.each(
    "PATH HOME TMPDIR LD_PRELOAD LD_LIBRARY_PATH DYLD_INSERT_LIBRARIES DOCKER_HOST DOCKER_CONFIG HTTP_PROXY https_proxy No_Proxy ALL_PROXY SSH_AUTH_SOCK GODEBUG GOGC GOFLAGS gomaxprocs GIT_SSH_COMMAND BASH_ENV NODE_OPTIONS IFS GLIBC_TUNABLES SSL_CERT_FILE PYTHONPATH PERL5OPT XDG_CONFIG_HOME".split(
      " ",
    ),
  )("refuses %s", (key) => {
    expect(isSteering(key)).toBe(true);
  });

  it.each(
    "DOMAIN TYPE COMPOSE_FILE STACK_NAME TZ LANG TIMEOUT GOOGLE_CLIENT_ID GOTIFY_URL PEERTUBE_TRUST_PROXY GITEA_DOMAIN LDAP_URL NODE_ENV SSHD_PORT HOMESERVER PATH_PREFIX".split(
      " ",
    ),
  )("takes %s, which is a recipe's own", (key) => {
    expect(isSteering(key)).toBe(false);
  });
});

describe("a deployed app", () => {
  it("carries every variable it does not set itself, and the version being deployed", () => {
    const env = { TYPE: "wiki:0.9.0+1", DOMAIN: "a", LOG: "info" };
    expect(exposedEnv(env, { LOG: "debug" }, tagged)).toEqual({
      TYPE: "wiki:1.0.0+2",
      DOMAIN: "a",
    });
  });

  it("is labelled as abra does", () => {
    expect(abraLabels(tagged)).toEqual({
      "coop-cloud.wiki_example_coop.recipe": "wiki",
      "coop-cloud.wiki_example_coop.chaos": "false",
      "coop-cloud.wiki_example_coop.version": "1.0.0+2",
    });
    expect(abraLabels({ ...tagged, version: "0dbbb1d5aa", isChaos: true })).toEqual({
      "coop-cloud.wiki_example_coop.recipe": "wiki",
      "coop-cloud.wiki_example_coop.chaos": "true",
      "coop-cloud.wiki_example_coop.chaos-version": "0dbbb1d5",
    });
  });

  it.each([
    ["300", 300],
    ["0", undefined],
    ["", undefined],
    ["5m", undefined],
    ["99999999", undefined],
  ])("waits by a timeout label of %j for %s seconds", (label, seconds) => {
    expect(timeoutOf({ [`coop-cloud.${stack}.timeout`]: label }, stack)).toBe(seconds);
  });
});
