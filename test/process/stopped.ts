// Runs a program for a long time, and says how that ended once it is told to stop.
import { stopWhenTold } from "../../src/process/stopping.ts";
import { run } from "../../src/process/run.ts";

const { signal } = stopWhenTold();
const running = run("sh", ["-c", "sleep 60"], { env: {}, timeout: 60_000, signal });
process.stdout.write("running\n");
await running.catch((error: unknown) => process.stdout.write(`ended by ${String(error)}\n`));
