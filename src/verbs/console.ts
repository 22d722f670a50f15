// The verb `console`: talk to a running moot from this terminal, as one of its members.
import { readConfig } from "../config.ts";
import { connectConsole } from "../console/client.ts";
import { Refusal } from "../core/errors.ts";
import { isUserId } from "../core/ids.ts";
import type { VerbOptions } from "./verb.ts";
import { talk } from "./talk.ts";

export async function openConsole({ config: file, as }: VerbOptions): Promise<number> {
  const config = await readConfig(file);
  const members = [...config.members.keys()];
  const speaker = as ?? (members.length === 1 ? members[0] : undefined);
  if (speaker === undefined || !isUserId(speaker)) {
    const problem = `say who you are: --as ${members[0] ?? "@you:example.coop"} (the members are ${members.join(", ")})`;
    throw new Refusal({ kind: "bad-config", file, problems: [problem] });
  }
  const client = await connectConsole(config.console.socket, speaker, AbortSignal.timeout(10_000));
  return talk(client, speaker);
}
