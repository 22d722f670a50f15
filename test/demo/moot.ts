// The demo's moot: the verb `run`, with a console room where one person may speak for every member.
import { explain } from "../../src/verbs/explain.ts";
import { runMoot } from "../../src/verbs/run.ts";

const [config = ""] = process.argv.slice(2);
// A demo that was killed must not leave its moot behind.
process.stdin.once("end", () => process.kill(process.pid, "SIGTERM")).resume();
process.stdin.unref();
try {
  process.exitCode = await runMoot({ config, anyMember: true });
} catch (error) {
  process.stderr.write(explain(error));
  process.exitCode = 1;
}
