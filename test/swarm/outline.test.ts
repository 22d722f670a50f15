// What a compose file says before its variables are filled in, in every way that people write it.
import { expect, test } from "vitest";
import { readOutline } from "../../src/swarm/outline.ts";

test("a file is read as people write it: lists and maps, anchors, numbers, nothing at all", () => {
  const text = `
version: 3.8
x-health: &health
  healthcheck:
    test: ["CMD", "true"]
services:
  app:
    <<: *health
    image: \${IMAGE:-nginx:1.2}
    deploy:
      labels:
        - "traefik.enable=true"
        - coop-cloud.\${STACK_NAME}.version=1.0.0+1.2
        - bare
  db:
    image: pg:14
    healthcheck:
      disable: yes
    deploy:
      labels:
        backupbot.backup: true
  empty:
configs:
  page:
    name: \${STACK_NAME}_page_\${PAGE_VERSION}
    file: page.tmpl
secrets:
  db_password:
    external: true
  bare:
`;
  expect(readOutline(text)).toEqual({
    kind: "outline",
    outline: {
      version: "3.8",
      services: [
        {
          name: "app",
          image: "${IMAGE:-nginx:1.2}",
          health: "on",
          labels: {
            "traefik.enable": "true",
            "coop-cloud.${STACK_NAME}.version": "1.0.0+1.2",
            bare: "",
          },
        },
        { name: "db", image: "pg:14", health: "off", labels: { "backupbot.backup": "true" } },
        { name: "empty", labels: {} },
      ],
      configs: [{ key: "page", name: "${STACK_NAME}_page_${PAGE_VERSION}" }],
      secrets: [{ key: "db_password" }, { key: "bare" }],
    },
  });
});

test.each([
  ["services:\n  app: [", "Flow sequence in block collection must be sufficiently indented"],
  ["services:\n  app:\n    image: a\n    image: b\n", "Map keys must be unique"],
  ["- a\n- b\n", "expected"],
  ["services:\n  app:\n    image: [a]\n", "expected"],
  [
    `a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n`,
    "Excessive alias count",
  ],
])("%s is no compose file, and why is one line", (text, words) => {
  const look = readOutline(text);
  expect(look).toMatchObject({ kind: "problem" });
  const { problem } = look.kind === "problem" ? look : { problem: "" };
  expect(problem).toContain(words);
  expect(problem).not.toContain("\n");
});
