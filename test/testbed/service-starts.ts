// Denies packages to start their services while they are installed, and gives the machine's own policy back.
import { chmod, link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";

const policy = "/usr/sbin/policy-rc.d";
const setAside = `${policy}.before-moot`;
const mark = "# moot's testbed put this here while it installs packages; it may be removed";

/** True where an earlier run was killed before it could take its policy away again. */
export async function isDenialLeftBehind(): Promise<boolean> {
  return existsSync(setAside) || (await isOurs());
}

/** Puts a policy in place that denies every start. */
export async function denyServiceStarts(): Promise<void> {
  await restoreServiceStarts();
  const ours = `${policy}.moot`;
  await writeFile(ours, `#!/bin/sh\n${mark}\nexit 101\n`);
  await chmod(ours, 0o755);
  // A second name first, then one rename over the old one: killed at any point, nothing is lost.
  if (existsSync(policy)) await link(policy, setAside);
  await rename(ours, policy);
}

/** Gives back the policy that was there before, also after a run that was killed. */
export async function restoreServiceStarts(): Promise<void> {
  if (existsSync(setAside)) await rename(setAside, policy);
  else if (await isOurs()) await rm(policy);
}

async function isOurs(): Promise<boolean> {
  return existsSync(policy) && (await readFile(policy, "utf8")).includes(mark);
}
