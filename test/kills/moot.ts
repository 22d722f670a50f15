// moot as the tests of kills run it: the verb `run`, but that it may end itself at an exact point of its first life.
import { flushCompileCache } from "node:module";
import { explain } from "../../src/verbs/explain.ts";
import { runMoot } from "../../src/verbs/run.ts";
import { dieAt, KILL_AT, KILL_WITH } from "./points.ts";

// Whoever is killed writes nothing at the end, and the next life would compile all of it again.
flushCompileCache();

const [config = ""] = process.argv.slice(2);
const { [KILL_AT]: point, [KILL_WITH]: signal = "SIGKILL" } = process.env;
try {
  process.exitCode = await runMoot({
    config,
    anyMember: true,
    decorate: (world) => (point === undefined ? world : dieAt(world, point, signal)),
  });
} catch (error) {
  process.stderr.write(explain(error));
  process.exitCode = 1;
}
