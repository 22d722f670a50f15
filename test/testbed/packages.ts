// Installs the Debian packages that the testbed runs, without starting or enabling their services.
import { existsSync } from "node:fs";
import { execa } from "execa";
import { cached } from "./cache.ts";
import { withLock } from "./lock.ts";
import { denyServiceStarts, isDenialLeftBehind, restoreServiceStarts } from "./service-starts.ts";

const packages = [
  "busybox-static",
  "debootstrap",
  "docker-registry",
  "git",
  "iproute2",
  "openssh-client",
  "openssh-server",
  "openssl",
  "python3-matrix-nio",
  "python3-olm",
  "sqlite3",
  "tini",
  "zstd",
];

const units = [
  "containerd.service",
  "docker-registry.service",
  "docker.service",
  "docker.socket",
  "ssh.service",
];

/** Installs what is missing. Throws a sentence that says what to type where we are not root. */
export async function ensurePackages(say: (line: string) => void): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new Error(
      "Real servers need network namespaces and engines, and those need root: type the same command with sudo in front.",
    );
  }
  if ((await missingPackages()).length === 0 && !(await isDenialLeftBehind())) return;
  const waiting = (): void => {
    say("another run is installing packages; waiting for it");
  };
  await withLock(cached("locks", "packages"), () => installMissing(say), waiting);
}

async function installMissing(say: (line: string) => void): Promise<void> {
  await restoreServiceStarts();
  const missing = await missingPackages();
  if (missing.length === 0) return;
  say(`installing Debian packages, with service starts denied: ${missing.join(" ")}`);
  const enabledBefore = await enabledUnits();
  await denyServiceStarts();
  try {
    await asInstaller("dpkg", ["--configure", "-a"]);
    // Package lists may be absent, or so old that the files they name are gone.
    await install(missing).catch(async () => {
      await asInstaller("apt-get", ["-q", "update"]);
      await install(missing);
    });
  } finally {
    await restoreServiceStarts();
  }
  await disableUnits((await enabledUnits()).filter((unit) => !enabledBefore.includes(unit)));
}

async function install(missing: readonly string[]): Promise<void> {
  // --no-remove: what somebody installed from elsewhere is never pushed out.
  const flags = ["-y", "-q", "--no-remove", "--no-install-recommends"];
  await asInstaller("apt-get", [...flags, "-o", "DPkg::Lock::Timeout=300", "install", ...missing]);
}

async function asInstaller(program: string, args: readonly string[]): Promise<void> {
  await execa(program, args, { env: { DEBIAN_FRONTEND: "noninteractive" }, stdin: "ignore" });
}

async function missingPackages(): Promise<readonly string[]> {
  // An engine from elsewhere serves as well, and would not get along with Debian's.
  const names = existsSync("/usr/bin/dockerd") ? packages : [...packages, "docker.io"];
  const format = "--showformat=${Package} ${db:Status-Status}\n";
  const { stdout } = await execa("dpkg-query", ["--show", format, ...names], { reject: false });
  const installed = new Set(stdout.split("\n"));
  return names.filter((name) => !installed.has(`${name} installed`));
}

async function enabledUnits(): Promise<readonly string[]> {
  const states = units.map(async (unit) => {
    const { exitCode } = await execa("systemctl", ["-q", "is-enabled", unit], { reject: false });
    return exitCode === 0 ? [unit] : [];
  });
  return (await Promise.all(states)).flat();
}

/** The next boot should not bring up services that the person at this machine never asked for. */
async function disableUnits(added: readonly string[]): Promise<void> {
  if (added.length > 0) await execa("systemctl", ["-q", "disable", ...added], { reject: false });
}
