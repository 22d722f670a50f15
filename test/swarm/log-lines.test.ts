// Log answers are read in both of the engine's forms.
import { expect, test } from "vitest";
import { readLines } from "../../src/swarm/log-lines.ts";

const AT = "2026-11-22T20:39:35.383384073Z";
const DETAILS =
  "com.docker.swarm.node.id=n1,com.docker.swarm.service.id=s1,com.docker.swarm.task.id=t1";

function frame(stream: number, text: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

const line = (text: string): string => `${AT} ${DETAILS} ${text}\n`;
const read = (text: string): unknown => ({ at: Date.parse(AT), task: "t1", text });

test("framed lines of both streams come in their order", () => {
  const content = Buffer.concat([frame(2, line("err é")), frame(1, line("out"))]);
  expect(readLines(content)).toEqual([read("err é"), read("out")]);
});

test("a terminal's lines come without frames and with carriage returns", () => {
  expect(readLines(Buffer.from(line("one\r") + line("")))).toEqual([read("one"), read("")]);
});

test("a line cut off by a deadline is kept as far as it came", () => {
  const content = frame(1, line("a long line"));
  expect(readLines(Buffer.concat([frame(1, line("whole")), content.subarray(0, -4)]))).toEqual([
    read("whole"),
    read("a long l"),
  ]);
});

test("nothing gives no lines", () => {
  expect(readLines(Buffer.alloc(0))).toEqual([]);
});
