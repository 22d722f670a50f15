// Adds up vitest's reports: names what failed, says why, and ends with one line of numbers.
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";

/** A file that does not load, or whose set-up fails, has no failed test to count. */
function failedBeforeItsTests({ status, assertionResults }) {
  return status === "failed" && !assertionResults.some((one) => one.status === "failed");
}

/** What failed in one file, as `{title, why}`. */
function failuresIn(file) {
  if (failedBeforeItsTests(file)) return [{ title: "before its tests", why: file.message }];
  return file.assertionResults
    .filter((one) => one.status === "failed")
    .map((one) => ({ title: one.fullName, why: one.failureMessages.join("\n") }));
}

const totals = { passed: 0, failed: 0, skipped: 0 };
const missing = [];

for (const path of process.argv.slice(2)) {
  if (!existsSync(path)) {
    missing.push(path);
    continue;
  }
  const report = JSON.parse(readFileSync(path, "utf8"));
  totals.passed += report.numPassedTests;
  totals.skipped += report.numPendingTests + report.numTodoTests;
  for (const file of report.testResults) {
    for (const { title, why } of failuresIn(file)) {
      totals.failed += 1;
      console.log(`FAILED ${relative(process.cwd(), file.name)}: ${title}\n${why}\n`);
    }
  }
}

for (const path of missing) console.log(`no report: ${path}`);
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : "";
console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exitCode = totals.failed > 0 || missing.length > 0 ? 1 : 0;
