// Host names in Traefik labels.
import { expect, it } from "vitest";
import { openRules, routerHosts } from "../../src/core/router.ts";

it.each([
  ["one host", "traefik.http.routers.x.rule", "Host(`Wiki.Example.coop`)", ["wiki.example.coop"]],
  ["extra domains", "traefik.http.routers.x.rule", "Host(`a.b`, `www.a.b`)", ["a.b", "www.a.b"]],
  [
    "several matchers",
    "traefik.http.routers.x.rule",
    'Host("b.c") || (Host(`a.b`) && PathPrefix(`/x`))',
    ["a.b", "b.c"],
  ],
  ["a TCP router for all", "traefik.tcp.routers.x.rule", "HostSNI(`*`)", []],
  ["a TCP router", "traefik.tcp.routers.x.rule", "HostSNI(`a.b`)", ["a.b"]],
  ["a name with its last dot", "traefik.http.routers.x.rule", "Host(`a.b.`)", ["a.b"]],
  ["a rule in capitals", "Traefik.HTTP.Routers.x.Rule", "HOST(`a.b`)", ["a.b"]],
  ["a pattern", "traefik.http.routers.x.rule", "HostRegexp(`a.b`)", []],
  ["another label", "traefik.http.routers.x.tls", "Host(`a.b`)", []],
])("reads %s", (_, label, rule, hosts) => {
  expect(routerHosts({ [label]: rule })).toEqual(hosts);
});

it.each([
  ["Host(`a.b`)", false],
  ["Host(`a.b`, `www.a.b`) && (PathPrefix(`/x`) || PathPrefix(`/y`))", false],
  ["(Host(`a.b`) || Host(`c.d`)) && !PathPrefix(`/metrics`)", false],
  ["HostSNI(`a.b`)", false],
  ["PathPrefix(`/`)", true],
  ["Host(`a.b`) || PathPrefix(`/`)", true],
  ["HostRegexp(`.+`)", true],
  ["!Host(`a.b`)", true],
  ["HostSNI(`*`)", true],
  ['Host("\\u0061.b")', true],
  ["Host(/*)*/`a.b`)", true],
  ["HeaderRegexp(`Host`, `a`)", true],
])("%s may answer for hosts it does not name: %s", (rule, isOpen) => {
  expect(openRules({ "traefik.http.routers.x.rule": rule })).toHaveLength(isOpen ? 1 : 0);
});
