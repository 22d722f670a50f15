// The list of servers says what to look after.
import { expect, test } from "vitest";
import type { ServerSight } from "../../src/core/command.ts";
import { isServerName } from "../../src/core/ids.ts";
import type { Survey } from "../../src/core/ports.ts";
import { plain } from "../../src/words/draw.ts";
import { serversDoc } from "../../src/words/servers.ts";
import { named } from "../named.ts";

const NOW = Date.UTC(2026, 10, 25);
const DAY = 24 * 3_600_000;
const node = { role: "manager", isUp: true, availability: "active" } as const;
const survey: Survey = {
  engine: "26.1.5",
  swarm: "manager",
  nodes: [{ name: "one", ...node }],
  memory: 4e9,
  skew: 0,
  disk: { free: 50e9, total: 100e9 },
};
const server = named(isServerName, "alpha.example.coop");

function words(sight: Partial<ServerSight>): string {
  return plain(serversDoc([{ server, apps: 2, survey, ...sight }], NOW));
}

test("a server that is well has no remark", () => {
  const said = words({});
  expect(said).toContain("26.1.5");
  expect(said).toContain("50 GB of 100 GB");
  expect(said).not.toMatch(/node one|clock|disk is left|Certificates/);
});

test("nodes that are down, drained or paused, a clock that is off and a full disk are told", () => {
  const nodes = [
    { name: "one", ...node, availability: "drain" },
    { name: "two", ...node, isUp: false },
    { name: "three", ...node, availability: "pause" },
  ];
  const disk = { free: 1e9, total: 100e9 };
  const said = words({ survey: { ...survey, nodes, skew: -60_000, disk } });
  expect(said).toContain(
    "node one is drained: it runs no task; node two is down; node three is paused",
  );
  expect(said).toContain("its clock is -60 s off");
  expect(said).toContain("!servers prune alpha.example.coop");
});

test("certificates near their end, without one and those that could not be asked are told honestly", () => {
  const certificates = {
    seen: 3,
    ending: [
      { domain: "old.example.coop", until: NOW - DAY },
      { domain: "wiki.example.coop", until: NOW + 3 * DAY },
    ],
    without: ["new.example.coop"],
    silent: ["far.example.coop"],
    problem: "no answer within 4 s",
    left: 2,
  };
  const said = words({ certificates });
  expect(said).toContain("that of old.example.coop ended 2026-11-24 00:00 UTC");
  expect(said).toContain("that of wiki.example.coop ends 2026-11-28 00:00 UTC");
  expect(said).toContain("no certificate of their own: new.example.coop");
  expect(said).toContain("could not be asked: far.example.coop (no answer within 4 s)");
  expect(said).toContain("2 more domains not asked");
  expect(said).toContain("1 good for 14 days and more");
});
