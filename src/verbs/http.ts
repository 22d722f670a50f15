// Opens the door at which others read how moot is, where the config asks for one.
import manifest from "../../package.json" with { type: "json" };
import { openGauges } from "../app/readings.ts";
import type { World } from "../app/world.ts";
import type { Config } from "../config.ts";
import type { Secrets } from "./secrets.ts";

/** Throws Refusal `address-unusable`, or `bad-config` for a token that cannot be read. */
export async function openHttpIfAsked(
  { http }: Config,
  world: World,
  secrets: Secrets,
): Promise<AsyncDisposable | undefined> {
  if (http === undefined) return undefined;
  const { listen, token } = http;
  // Its packages take memory that a moot without it need not have.
  const { openHttp } = await import("../http/server.ts");
  return openHttp({
    listen,
    ...(token !== undefined && { token: secrets.reveal(token) }),
    gauges: openGauges(world, manifest.version),
    log: world.log,
  });
}
