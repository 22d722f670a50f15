// What an env file wants run in an app's containers once they are up (POST_DEPLOY_CMDS, POST_UPGRADE_CMDS).
import { POST_COMMANDS_AFTER } from "../core/abra.ts";
import { functionsOf } from "../core/abrash.ts";
import type { PlanInput } from "../core/planning-input.ts";
import { readPostCommands } from "../core/programs.ts";
import type { PlanRequest } from "../core/request.ts";
import type { StackState } from "../core/state.ts";

/** Seconds that one of them may take; abra waits for ever. */
export const PROGRAM_PATIENCE = 300;

/** A way back runs none: it is no deploy that anybody wished for. */
export function readProgramsFor(
  { kind }: Pick<PlanRequest, "kind">,
  { env }: Pick<PlanInput, "env">,
  { services }: Pick<StackState, "services">,
  script: string,
): Pick<PlanInput, "programs" | "obstacles"> {
  const key = kind === "deploy" || kind === "upgrade" ? POST_COMMANDS_AFTER[kind] : undefined;
  if (key === undefined) return { programs: [], obstacles: [] };
  const names = services.map(({ name }) => name);
  const read = readPostCommands(env[key] ?? "", {
    functions: functionsOf(script),
    services: names,
  });
  if (read.kind === "bad") {
    return { programs: [], obstacles: [{ kind: "post-command", key, problem: read.problem }] };
  }
  const seconds = PROGRAM_PATIENCE;
  return { programs: read.calls.map((call) => ({ ...call, script, seconds })), obstacles: [] };
}
