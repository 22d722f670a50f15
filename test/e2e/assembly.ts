// How a team decides in its room: what it is asked, how that stands, and the trail that it can take away and verify.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import type { Member, RoomEvent } from "./member.ts";
import type { Stage } from "./stage.ts";
import { until } from "./until.ts";

const MAIN = join(import.meta.dirname, "../../src/main.ts");
const RELATION = "m.relates_to";

/** All that moot said in the room, without edits, oldest first. */
export async function said({ room, team }: Stage, words: string): Promise<readonly RoomEvent[]> {
  return (await team.ana.timeline(room)).filter(
    ({ type, sender, content }) =>
      type === "m.room.message" &&
      sender.startsWith("@moot:") &&
      content[RELATION]?.rel_type !== "m.replace" &&
      content.body?.includes(words) === true,
  );
}

/** Waits until moot has said it. */
export async function hears(stage: Stage, words: string, seconds = 60): Promise<RoomEvent> {
  return until(
    `"${words}"`,
    async () => (await said(stage, words))[0],
    seconds,
    async () => (await said(stage, "")).map(({ content }) => content.body).join("\n"),
  );
}

/** The message that asks for an approval, such as `a1`. */
export function asks(stage: Stage, name: string): Promise<RoomEvent> {
  return hears(stage, `🗳 ${name}: `);
}

/** Waits until a message of moot's reads so after its edits. */
export async function reads(stage: Stage, { event_id: id }: RoomEvent, words: string) {
  const { room, team } = stage;
  const last = async (): Promise<string> =>
    (await team.ana.timeline(room)).findLast(
      ({ sender, content: { [RELATION]: relation } }) =>
        sender.startsWith("@moot:") &&
        relation?.rel_type === "m.replace" &&
        relation.event_id === id,
    )?.content["m.new_content"]?.body ?? "";
  const look = async (): Promise<string | undefined> => {
    const body = await last();
    return body.includes(words) ? body : undefined;
  };
  return until(`"${words}" in ${id}`, look, 60, last);
}

export function ringsFor({ content }: RoomEvent): readonly string[] {
  return content["m.mentions"]?.user_ids ?? [];
}

const auditLine = z.looseObject({
  who: z.string(),
  what: z.string(),
  on: z.string().optional(),
  detail: z.record(z.string(), z.unknown()),
});
type AuditLine = z.infer<typeof auditLine>;

export interface Trail {
  readonly text: string;
  /** As the room saw it. */
  readonly head: string;
  readonly entries: readonly AuditLine[];
}

/** A keeper has the trail exported, and takes the file from the room. */
export async function takeTrail({ room }: Stage, keeper: Member): Promise<Trail> {
  await keeper.type(room, "!audit --export");
  const fits = ({ content }: RoomEvent): boolean => content.msgtype === "m.file";
  const file = await keeper.sees(room, "the export", fits);
  const told = await keeper.sees(room, "the head", ({ content }) => headIn(content.body) !== "");
  const text = await keeper.download(file.content.url ?? "");
  const entries = text
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => auditLine.safeParse(JSON.parse(line)).data ?? []);
  return { text, head: headIn(told.content.body), entries };
}

function headIn(body = ""): string {
  return /Its head is ([0-9a-f]{64})/.exec(body)?.[1] ?? "";
}

/** What anybody finds out who has the file and the head. */
export async function verify({ house }: Stage, text: string, head: string): Promise<string> {
  const file = join(house.folder, "export.jsonl");
  await writeFile(file, text);
  const argv = [MAIN, "audit", "verify", file, "--head", head];
  const { stdout, exitCode } = await execa(process.execPath, argv, { reject: false });
  const first = stdout.split("\n")[0]?.replace(` of ${file}`, "") ?? "";
  return `${exitCode}: ${first}`;
}

export function entriesOf({ entries }: Trail, what: string): readonly AuditLine[] {
  return entries.filter((entry) => entry.what === what);
}
