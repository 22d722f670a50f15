// Adds up vitest's reports into one line; fails if anything failed or a report is missing.
import { existsSync, readFileSync } from "node:fs";

/** A file that does not load, or whose set-up fails, has no failed test to count. */
function failedBeforeItsTests({ status, assertionResults }) {
  return status === "failed" && !assertionResults.some((one) => one.status === "failed");
}

const totals = { passed: 0, failed: 0, skipped: 0 };
const missing = [];

for (const file of process.argv.slice(2)) {
  if (!existsSync(file)) {
    missing.push(file);
    continue;
  }
  const report = JSON.parse(readFileSync(file, "utf8"));
  totals.passed += report.numPassedTests;
  totals.failed += report.numFailedTests + report.testResults.filter(failedBeforeItsTests).length;
  totals.skipped += report.numPendingTests + report.numTodoTests;
}

for (const file of missing) console.log(`no report: ${file}`);
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : "";
console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exitCode = totals.failed > 0 || missing.length > 0 ? 1 : 0;
