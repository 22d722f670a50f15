// Ten servers of a config: five SSH servers before each of the two engines.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Testbed, TestHost } from "../testbed/index.ts";

const PORTS = [2201, 2202, 2203, 2204, 2205];

/** As a house takes them: moot's name of each, and where it is. */
export const TEN_SERVERS: Readonly<Record<string, string>> = Object.fromEntries(
  ["one", "two"].flatMap((host) =>
    PORTS.map((port, index) => [`${host}${index + 1}.example.coop`, `${host}:${port}`]),
  ),
);

/** Starts the SSH servers, each a process of its own; they end with the testbed. */
export async function openTenServers(testbed: Testbed): Promise<void> {
  await Promise.all(testbed.hosts.map((host) => openPorts(testbed, host)));
}

async function openPorts(testbed: Testbed, host: TestHost): Promise<void> {
  const config = join(testbed.folder, "hosts", host.name, "sshd_config");
  const text = await readFile(config, "utf8");
  for (const port of PORTS) {
    const pid = `/run/sshd-${port}.pid`;
    const own = `${config}_${port}`;
    await writeFile(own, text.replace(":22\n", `:${port}\n`).replace("/run/sshd.pid", pid));
    // A run that was killed may have left it running.
    const start = 'test -e "$1" || exec /usr/sbin/sshd -f "$2"';
    await host.exec("sh", "-c", start, "sh", pid, own);
  }
}
