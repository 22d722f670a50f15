// Which certificates are told of, and how those that could not be read are counted.
import { expect, test } from "vitest";
import { judgeCertificates } from "../../src/core/certificates.ts";

const NOW = Date.UTC(2026, 10, 25);
const DAY = 24 * 3_600_000;

test("tells those that end within 14 days, the nearest first, and ended ones", () => {
  const sights = new Map([
    ["late.example.coop", { until: NOW + 14 * DAY, isForDomain: true }],
    ["soon.example.coop", { until: NOW + 14 * DAY - 1, isForDomain: true }],
    ["over.example.coop", { until: NOW - DAY, isForDomain: true }],
  ]);
  expect(judgeCertificates(sights, 0, NOW)).toEqual({
    seen: 3,
    ending: [
      { domain: "over.example.coop", until: NOW - DAY },
      { domain: "soon.example.coop", until: NOW + 14 * DAY - 1 },
    ],
    without: [],
    silent: [],
    left: 0,
  });
});

test("a certificate for another name is none, however near its end", () => {
  const sights = new Map([["new.example.coop", { until: NOW, isForDomain: false }]]);
  expect(judgeCertificates(sights, 3, NOW)).toEqual({
    seen: 0,
    ending: [],
    without: ["new.example.coop"],
    silent: [],
    left: 3,
  });
});

test("those that could not be asked are told with the first reason", () => {
  const sights = new Map([
    ["b.example.coop", { problem: "two" }],
    ["a.example.coop", { problem: "one" }],
  ]);
  expect(judgeCertificates(sights, 0, NOW)).toMatchObject({
    silent: ["a.example.coop", "b.example.coop"],
    problem: "one",
  });
});
