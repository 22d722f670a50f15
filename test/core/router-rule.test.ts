// Host names are read from Traefik's rules, whatever stands around them.
import { expect, test } from "vitest";
import { routedHosts } from "../../src/core/router-rule.ts";

test.each([
  ["Host(`a.coop`)", ["a.coop"]],
  ["Host(`a.coop`, `www.a.coop`) && PathPrefix(`/x`)", ["a.coop", "www.a.coop"]],
  ["(Host(`A.coop`) || Host(`b.coop`)) && !Host(`c.coop`)", ["a.coop", "b.coop", "c.coop"]],
  ['Host("a.coop")', ["a.coop"]],
  ["PathPrefix(`/a.coop`)", []],
  ["HostRegexp(`{any:.*}`)", []],
  ["HostSNI(`*`)", []],
])("%s answers for %j", (rule, hosts) => {
  expect(routedHosts({ "traefik.http.routers.x.rule": rule })).toEqual(hosts);
});

test("other labels say nothing of host names", () => {
  expect(routedHosts({ "backupbot.note": "Host(`a.coop`)" })).toEqual([]);
});
