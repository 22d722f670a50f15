// Holds the log to JSON lines without secrets.
import { expect, test } from "vitest";
import { makeLog } from "../src/log.ts";

function logged(write: (log: ReturnType<typeof makeLog>) => void): unknown[] {
  const lines: string[] = [];
  const mask = (text: string): string => text.replaceAll("hunter2", "****");
  write(makeLog("info", mask, { write: (line) => lines.push(line) }));
  return lines.map((line): unknown => JSON.parse(line));
}

test("an entry is one JSON line with its message and fields", () => {
  const [entry] = logged((log) => log.info("job ended", { job: 7, app: "wiki.coop" }));
  expect(entry).toMatchObject({ level: 30, msg: "job ended", job: 7, app: "wiki.coop" });
});

test("what is below the level is not written", () => {
  expect(logged((log) => log.debug("step"))).toEqual([]);
});

test("a child keeps its fields, masked", () => {
  const [entry] = logged((log) => log.child({ room: "hunter2", job: 1 }).warn("late", { by: 2 }));
  expect(entry).toMatchObject({ room: "****", job: 1, by: 2 });
});

test("a secret is masked in strings, lists, objects, errors and their causes", () => {
  const error = new Error("wrong password hunter2", { cause: new Error("hunter2 refused") });
  const [entry] = logged((log) =>
    log.error("bug", {
      text: "a hunter2",
      list: ["hunter2"],
      deep: { er: { still: "hunter2" } },
      error,
    }),
  );
  expect(JSON.stringify(entry)).not.toContain("hunter2");
  expect(entry).toMatchObject({
    error: { message: "wrong password ****", cause: { message: "**** refused" } },
  });
});

test("what says itself how it is written is asked", () => {
  const secret = { value: "s3cret", toJSON: () => "[redacted]" };
  const [entry] = logged((log) => log.info("made", { secret, at: new Date(0) }));
  expect(entry).toMatchObject({ secret: "[redacted]", at: "1970-01-01T00:00:00.000Z" });
});
