// What a config says of updates: when to look for them, when they may run, and which of them need nobody's yes.
import { z } from "zod";
import { nearest } from "../core/nearest.ts";
import type { UpdatePolicy, UpdateRule } from "../core/update-rules.ts";
import { parseWindow, type Window } from "../core/window.ts";
import { cron, cronOr, duration, expected, isGlob, mapOf, section, words } from "./forms.ts";

const WINDOW = expected("days and hours, such as Mon-Fri 02:00-05:00, or always");

const window = z.string(WINDOW).transform((written, context): Window | "always" => {
  if (written.trim() === "always") return "always";
  const read = parseWindow(written);
  if (read.kind === "window") return read.window;
  context.addIssue({ code: "custom", message: read.problem });
  return z.NEVER;
});

const ZONE = "a time zone such as Europe/Berlin";

export const zone = z.string(expected(ZONE)).check(({ value, issues }) => {
  if (isZone(value)) return;
  const meant = nearest(value, Intl.supportedValuesOf("timeZone"));
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  issues.push({ code: "custom", input: value, message: `expected ${ZONE}${hint}` });
});

/** A number of hours, which Intl takes too, would stand still where clocks are moved. */
function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const auto = words("none", "patch", "minor");
const age = z.union(
  [z.literal("none").transform(() => 0), duration],
  expected("a time such as 12h, 3d or 2w, or none"),
);

const rule = section({
  window: window.exactOptional(),
  auto: auto.exactOptional(),
  age: age.exactOptional(),
}).transform((written): UpdateRule => written);

const digest = cronOr('five cron fields in quotes, such as "0 9 * * 1", or off', "off");

export const updates = section({
  schedule: cron.default("0 9 * * 1-5"),
  digest: digest.default("0 9 * * 1"),
  zone: zone.default("UTC"),
  window: window.prefault("always"),
  auto: auto.default("none"),
  age: age.prefault("none"),
  servers: mapOf(isGlob, rule, "server names, where * stands for anything").prefault({}),
  apps: mapOf(isGlob, rule, "domains, where * stands for anything").prefault({}),
})
  .transform(({ digest: when, ...rest }): UpdatePolicy => ({
    ...rest,
    ...(when === "off" ? {} : { digest: when }),
  }))
  .prefault({});
