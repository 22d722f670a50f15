// A room that moot is put out of while it looks at it.
import { expect, test } from "vitest";
import { Trouble } from "../../src/matrix/trouble.ts";
import { born, Homeserver, OLD, patience, raise } from "./moving-stage.ts";

const FORBIDDEN = { status: 403, code: "M_FORBIDDEN" } as const;

async function inRoom(): Promise<Awaited<ReturnType<typeof raise>>> {
  const server = new Homeserver();
  server.rooms.set(OLD, born());
  const { ask } = server;
  let isRefusing = false;
  server.ask = async (call, signal) => {
    if (isRefusing && call.path.includes("m.room.encryption"))
      throw new Trouble("answered 403", FORBIDDEN);
    return ask(call, signal);
  };
  const stage = await raise(server);
  isRefusing = true;
  return stage;
}

test("tells moot nothing, and moot goes on", async () => {
  const { server, rooms } = await inRoom();
  server.closed.add(OLD);
  await expect(rooms.inspectAgain(OLD, patience)).resolves.toBeUndefined();
});

test("is not taken for one that moot was put out of while it is in it", async () => {
  const { rooms } = await inRoom();
  await expect(rooms.inspectAgain(OLD, patience)).rejects.toThrow("answered 403");
});
