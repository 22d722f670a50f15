// What keeps a node from running tasks is told beside its server.
import { expect, test } from "vitest";
import { isServerName } from "../../src/core/ids.ts";
import type { NodeSight } from "../../src/core/servers.ts";
import { plain } from "../../src/words/draw.ts";
import { named } from "../named.ts";
import { serversDoc } from "../../src/words/servers.ts";

test.each([
  [{ isUp: false, availability: "active" }, "node two is down"],
  [{ isUp: false, availability: "drain" }, "node two is down"],
  [{ isUp: true, availability: "drain" }, "node two is drained: it runs no task"],
  [{ isUp: true, availability: "pause" }, "node two is paused: it takes no new task"],
  [{ isUp: true, availability: "active" }, undefined],
])("a node with %j", (state, remark) => {
  const one = { name: "one", role: "manager", isUp: true, availability: "active" } as const;
  const nodes: readonly NodeSight[] = [one, { name: "two", role: "worker", ...state }];
  const survey = { engine: "26", swarm: "manager", nodes, memory: 1e9, skew: 0 } as const;
  const said = plain(
    serversDoc([{ server: named(isServerName, "alpha.example.coop"), survey, apps: 1 }], 0),
  );
  if (remark === undefined) expect(said).not.toContain("node two");
  else expect(said).toContain(remark);
});
