// When updates run and which need nobody's yes: the config's rules, and which of them count for an app.
import { matchesGlob } from "./glob.ts";
import type { AppName, ServerName } from "./ids.ts";
import type { VersionStep } from "./plan.ts";
import type { Window } from "./window.ts";

/** How far an app goes by itself. */
export type Auto = "none" | "patch" | "minor";

/** What the config says of some servers or apps alone. */
export interface UpdateRule {
  readonly window?: Window | "always";
  readonly auto?: Auto;
  readonly age?: number;
}

export interface UpdatePolicy {
  /** Five cron fields: when to look for what is new. */
  readonly schedule: string;
  /** Five cron fields: when the week is told in one message. Absent: never. */
  readonly digest?: string;
  /** In which schedules and windows are read. */
  readonly zone: string;
  readonly window: Window | "always";
  readonly auto: Auto;
  /** Milliseconds that a version must have been known. */
  readonly age: number;
  /** By glob, in the order of the config. */
  readonly servers: ReadonlyMap<string, UpdateRule>;
  readonly apps: ReadonlyMap<string, UpdateRule>;
}

/** What counts for one app. */
export interface UpdateRules {
  readonly zone: string;
  /** Absent: always open. */
  readonly window?: Window;
  readonly auto: Auto;
  readonly age: number;
}

export interface UpdateSubject {
  readonly server: ServerName;
  readonly app: AppName;
  /** `ENABLE_AUTO_UPDATE` of the app's env file, as it stands there. */
  readonly enableAutoUpdate?: string;
}

/**
 * The app's rules before the server's before the general ones, each key by itself; of several globs the one with more letters of
 * its own, and of two such the first. The env file is the app's own word, so only what the config says of that app outdoes it.
 */
export function rulesFor(policy: UpdatePolicy, subject: UpdateSubject): UpdateRules {
  const ofApp = matching(policy.apps, subject.app);
  const ofServer = matching(policy.servers, subject.server);
  const all: readonly UpdateRule[] = [...ofApp, ...ofServer, policy];
  const auto = first(ofApp, "auto") ?? autoOf(subject.enableAutoUpdate) ?? first(ofServer, "auto");
  const window = first(all, "window");
  return {
    zone: policy.zone,
    auto: auto ?? policy.auto,
    age: first(all, "age") ?? policy.age,
    ...(window === undefined || window === "always" ? {} : { window }),
  };
}

function first<Key extends keyof UpdateRule>(
  rules: readonly UpdateRule[],
  key: Key,
): UpdateRule[Key] | undefined {
  return rules.find((rule) => rule[key] !== undefined)?.[key];
}

/** The most special first. */
export function matching<Rule>(
  rules: ReadonlyMap<string, Rule>,
  name: AppName | ServerName,
): readonly Rule[] {
  return [...rules]
    .filter(([glob]) => matchesGlob(glob, name))
    .toSorted(([a], [b]) => literals(b) - literals(a))
    .map(([, rule]) => rule);
}

function literals(glob: string): number {
  return glob.replaceAll("*", "").length;
}

/** As abra reads it; anything else says nothing. */
function autoOf(written: string | undefined): Auto | undefined {
  if (written === "true") return "minor";
  return written === "false" ? "none" : undefined;
}

/** Whether a step needs nobody's yes. An image that was built anew under the same version is as little as a patch. */
export function mayGoAlone(auto: Auto, step: VersionStep): boolean {
  if (auto === "none") return false;
  return step === "same" || step === "patch" || (auto === "minor" && step === "minor");
}
