// Checks who imports whom, and that the checker saw our modules at all: it once read none and called that clean.
import { globSync } from "node:fs";
import { cruise, format } from "dependency-cruiser";
import type { ICruiseOptions } from "dependency-cruiser";
import extractOptions from "dependency-cruiser/config-utl/extract-depcruise-options";
import extractTsConfig from "dependency-cruiser/config-utl/extract-ts-config";

const folders = ["src", "commands", "storage"];

const options: ICruiseOptions = await extractOptions("./.dependency-cruiser.js");
const { output } = await cruise([...folders, "test"], options, undefined, {
  tsConfig: extractTsConfig("./tsconfig.json"),
});
if (typeof output === "string") throw new Error("dependency-cruiser answered with text");

const report = await format(output, { outputType: "err-long" });
if (typeof report.output === "string") process.stdout.write(report.output);
process.exitCode = report.exitCode;

const files = globSync(folders.map((folder) => `${folder}/**/*.ts`));
const seen = new Set(output.modules.map((module) => module.source));
const unseen = files.filter((file) => !seen.has(file));
if (files.length === 0 || unseen.length > 0) {
  console.error(`layers: ${files.length} files of ours, not seen: ${unseen.join(", ")}`);
  process.exitCode = 1;
}
