// The shapes in which ways to servers and errands on them are kept.
import { z } from "zod";
import type { NewServer, Stop, Waste, Work } from "../src/core/servers.ts";
import { exactly, server } from "./decode.ts";

const text = z.string();

export const stop = exactly<Stop>()(
  z.strictObject({
    user: text,
    host: text,
    port: z.int(),
    hostKey: z.strictObject({ line: text, fingerprint: text }),
  }),
);

export const newServer = exactly<NewServer>()(
  z.strictObject({ server, address: stop, jump: stop.exactOptional(), publicKey: text }),
);

export const waste = exactly<Waste>()(
  z.strictObject({
    kind: z.enum(["container", "image", "network", "config", "build-cache"]),
    id: text,
    name: text,
    bytes: z.number().exactOptional(),
  }),
);

export const work = exactly<Work>()(
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("look") }),
    z.strictObject({ kind: z.literal("prune"), waste: z.array(waste) }),
  ]),
);
