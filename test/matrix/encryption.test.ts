// What moot takes a room for: encrypted once and for ever, and clear only where a homeserver has said so.
import { describe, expect, test } from "vitest";
import { Refusal } from "../../src/core/errors.ts";
import { Rooms } from "../../src/matrix/rooms.ts";
import { Trouble } from "../../src/matrix/trouble.ts";
import { MemoryFacts } from "../fakes/facts.ts";
import {
  ANA,
  born,
  homeserver,
  MEGOLM,
  OLD,
  patience,
  SELF,
  type Homeserver,
} from "./moving-stage.ts";

const ENCRYPTED = { "m.room.encryption": { sender: ANA, content: MEGOLM } };

async function roomsOn(
  { ask }: Homeserver,
  facts = new MemoryFacts(),
  encrypted: "required" | "off" = "off",
): Promise<Rooms> {
  const parts = { ask, facts, self: SELF, mayInvite: () => true };
  return Rooms.open([{ name: OLD, encrypted }], parts, patience);
}

describe("a room", () => {
  test("that was encrypted once stays so, whatever is said of it later, and in the next life", async () => {
    const server = homeserver(ENCRYPTED);
    const facts = new MemoryFacts();
    const rooms = await roomsOn(server, facts);
    await rooms.enter(OLD, patience);
    const algorithms = [{}, { algorithm: "org.example.none" }, undefined];
    for (const content of algorithms) {
      server.rooms.set(OLD, {
        ...born(),
        ...(content && { "m.room.encryption": { sender: ANA, content } }),
      });
      for (const one of [rooms, await roomsOn(server, facts)]) {
        await one.enter(OLD, patience);
        expect(one.mannerOf(OLD).kind).toBe("encrypted");
      }
    }
  });

  test.each([
    ["502", new Trouble("answered 502", { status: 502 }), Refusal],
    ["429", new Trouble("answered 429", { status: 429, code: "M_LIMIT_EXCEEDED" }), Refusal],
    ["nothing", new Trouble("no answer (ETIMEDOUT)", {}), Refusal],
    ["a 404 of a proxy", new Trouble("answered 404", { status: 404 }), Refusal],
    ["403", new Trouble("answered 403", { status: 403, code: "M_FORBIDDEN" }), Trouble],
  ])("is not taken for a clear one where the answer is %s", async (_, trouble, thrown) => {
    const server = homeserver({});
    const { ask } = server;
    server.ask = async (call, signal) => {
      if (call.path.includes("m.room.encryption")) throw trouble;
      return ask(call, signal);
    };
    const rooms = await roomsOn(server);
    await expect(rooms.enter(OLD, patience)).rejects.toBeInstanceOf(thrown);
    expect(rooms.mannerOf(OLD).kind).toBe("silent");
  });

  test("for which encryption is required is silent until it has it, and one for which it is not is clear once looked at", async () => {
    const server = homeserver({});
    const clear = await roomsOn(server);
    const required = await roomsOn(server, new MemoryFacts(), "required");
    for (const rooms of [clear, required]) {
      expect(rooms.mannerOf(OLD).kind).toBe("silent");
      await rooms.enter(OLD, patience);
    }
    expect(clear.mannerOf(OLD).kind).toBe("clear");
    expect(required.mannerOf(OLD).kind).toBe("silent");
    server.rooms.set(OLD, { ...born(), ...ENCRYPTED });
    await required.inspect(OLD, patience);
    expect(required.mannerOf(OLD).kind).toBe("encrypted");
  });
});
