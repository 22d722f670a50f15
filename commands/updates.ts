// !updates: what is newer than what runs, and what keeps it from being done.
import type { Command, Sight } from "../src/core/command.ts";
import { Refusal } from "../src/core/errors.ts";
import { updateDetailDoc, updatesDoc } from "../src/words/updates.ts";

export const updates: Command = {
  name: "updates",
  summary: "what is newer than what runs",
  usage: ["!updates", "!updates APP", "!updates [APP] --now"],
  details: [
    "Without an app: what is open, how far behind each app is, and what moot cannot check.",
    "With an app: its open update in full, with all that keeps it from being done now, and who or what lifts it. One that no message has asked about yet is put before this room.",
    "With --now moot looks upstream at once, instead of waiting for its next look.",
  ],
  flags: { now: "switch" },
  words: { min: 0, max: 1 },
  takesSettings: false,
  async run({ words: [name], flags }, sight, signal) {
    const app = name === undefined ? undefined : (await sight.app(name, signal)).app;
    if (flags["now"] !== undefined) return { kind: "look", ...(app !== undefined && { app }) };
    const seen = sight.updates();
    if (app === undefined) return { kind: "reply", doc: updatesDoc(seen, sight.now) };
    const own = seen.open.find(({ update }) => update.app === app);
    if (own === undefined) {
      const look = seen.looks.find((one) => one.app === app);
      throw new Refusal({ kind: "no-update", app, ...standing(look) });
    }
    if (own.update.alert === undefined && isOffered(own.update.state)) {
      return { kind: "offer", update: own.update };
    }
    return { kind: "reply", doc: updateDetailDoc(own) };
  },
};

function isOffered(state: string): boolean {
  return state === "announced" || state === "seen";
}

function standing(look: ReturnType<Sight["updates"]>["looks"][number] | undefined): {
  readonly version?: string;
  readonly problem?: string;
} {
  if (look === undefined) return {};
  const { version, problem } = look;
  return { ...(version !== undefined && { version }), ...(problem !== undefined && { problem }) };
}
