// Runs a command with this project's packages and Node 24, installing them first where they are missing.
// Plain JavaScript without packages: it must run on the Node 20 that a Debian machine brings.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const modules = path.join(root, "node_modules");

/** What a lock file says of each package, npm's own record of the installed ones included. */
function readLock(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

/** Compares npm's record of what it installed with the lock file; both are written by npm. */
function isInstalled() {
  const record = path.join(modules, ".package-lock.json");
  if (!existsSync(record) || !existsSync(path.join(modules, "node/bin/node"))) return false;
  const installed = readLock(record);
  return Object.entries(readLock(path.join(root, "package-lock.json")))
    .filter(([place, wanted]) => place.startsWith("node_modules/") && !wanted.optional)
    .every(([place, wanted]) => {
      const found = installed[place];
      return found && found.version === wanted.version && found.integrity === wanted.integrity;
    });
}

/** Runs npm quietly and shows what it said only if it failed. */
function npm(...words) {
  const { status, error, stdout, stderr } = spawnSync("npm", [...words, "--loglevel=error"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ""}${stderr ?? ""}`);
  console.error(`npm ${words.join(" ")} failed${error ? `: ${error.message}` : ""}`);
  process.exit(1);
}

function install() {
  if (isInstalled()) return;
  console.error("moot: installing this project's packages and Node 24 into node_modules …");
  // No package's own script runs, so nothing is compiled, but for the one that fetches Node.
  npm("ci", "--include=dev", "--ignore-scripts");
  npm("rebuild", "node", "--ignore-scripts=false");
}

/** Two commands started at once must not both install; the kernel frees flock when its owner dies. */
function installAlone() {
  const words = [root, process.execPath, fileURLToPath(import.meta.url), "--install"];
  const { status, error } = spawnSync("flock", words, { stdio: "inherit" });
  if (error?.code === "ENOENT") install();
  else if (status !== 0) process.exit(1);
}

function run([command, ...words]) {
  const PATH = `${path.join(modules, ".bin")}${path.delimiter}${process.env.PATH}`;
  const child = spawn(command, words, { stdio: "inherit", env: { ...process.env, PATH } });
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGINT", () => {
    // At a terminal the child gets Ctrl-C by itself, and a second one would mean something else.
    if (!process.stdin.isTTY) child.kill("SIGINT");
  });
  child.on("error", (error) => {
    console.error(`moot: cannot start ${command}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}

const words = process.argv.slice(2);
if (words[0] === "--install") {
  install();
} else {
  if (!isInstalled()) installAlone();
  run(words);
}
