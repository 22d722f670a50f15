// What moot says of a room that was upgraded: where it goes on, or why moot stays.
import { list, text, type Doc, type Line } from "../core/doc.ts";
import type { RoomId, UserId } from "../core/ids.ts";

/** Why moot does not go where a room was said to go on. */
export type Stay =
  /** Whoever said so had no power to. */
  | "powerless"
  /** The other room does not say that it comes from this one. */
  | "unlinked"
  /** moot is not let in. */
  | "closed"
  /** This one is encrypted, and the other is not. */
  | "clear"
  /** It is another of moot's rooms. */
  | "known"
  /** It is encrypted in a way that moot does not know, or open to everybody. */
  | "unsafe"
  /** moot is not in this one any more, and may not read who said so. */
  | "outside"
  /** The homeserver could not tell. */
  | "unanswered";

/** For the room, the log and the verb `check` alike. */
export function stayWords(why: Stay, to: RoomId): string {
  const { because, then } = WORDS[why];
  return `${because.replaceAll("ROOM", to)}, so I stay here. ${then.replaceAll("ROOM", to)}`;
}

interface Words {
  readonly because: string;
  readonly then: string;
}

const WORDS: Readonly<Record<Stay, Words>> = {
  powerless: {
    because: "This room is said to go on in ROOM, but not by somebody with the power to say so",
    then: "If your team did that, let somebody with the power upgrade the room again.",
  },
  unlinked: {
    because:
      "This room is said to go on in ROOM, but that room does not say that it comes from here",
    then: "If your team meant it, upgrade the room with your client, or name ROOM under matrix.rooms in my config.",
  },
  closed: {
    because: "This room goes on in ROOM, and I am not let in there",
    then: "Invite me into it, and I follow.",
  },
  clear: {
    because: "This room goes on in ROOM, which is not encrypted as this one is",
    then: "Nothing is said there until somebody switches its encryption on; then I follow.",
  },
  known: {
    because: "This room is said to go on in ROOM, which is another of my rooms",
    then: "If that is right, take this one out of matrix.rooms in my config.",
  },
  unsafe: {
    because:
      "This room goes on in ROOM, where others than its members can read or come in, or whose encryption I do not know",
    then: "Make it invite-only, with a history for members alone and the usual encryption; then I follow.",
  },
  outside: {
    because:
      "This room is said to go on in ROOM, but I am no longer in here and cannot read whether whoever said so had the power to",
    then: "Invite me back in here, or write ROOM in place of this room under matrix.rooms in my config.",
  },
  unanswered: {
    because: "This room is said to go on in ROOM, of which my homeserver tells nothing yet",
    then: "I ask again each minute.",
  },
};

export function stayDoc(why: Stay, to: RoomId): Doc {
  return [text(stayWords(why, to))];
}

/** For the room that is left. */
export function leavingDoc(to: RoomId): Doc {
  return [
    text([
      "This room moved to ",
      { code: to },
      `. What is open goes on there, and what is said or voted here counts no more: https://matrix.to/#/${to}`,
    ]),
  ];
}

/** What goes on in the other room. */
export interface Luggage {
  readonly from: RoomId;
  readonly to: RoomId;
  readonly by: UserId;
  /** Of jobs and questions: what it is, and where it was asked for. */
  readonly jobs: readonly Carried[];
  readonly approvals: readonly Carried[];
  /** Of how many updates people may still be told. */
  readonly alerts: number;
  /** Whether the room that was left could not be told. */
  readonly isUnsaid: boolean;
}

export interface Carried {
  readonly what: string;
  readonly link?: string;
}

/** For the room that people went to. */
export function arrivedDoc({ from, to, by, jobs, approvals, alerts, isUnsaid }: Luggage): Doc {
  const items: readonly Line[] = [
    ...jobs.map((job) => line(job, "goes on")),
    ...approvals.map((approval) => line(approval, "is asked again below")),
    ...(alerts === 0
      ? []
      : [`${alerts === 1 ? "1 alert is" : `${alerts} alerts are`} told again below`]),
  ];
  return [
    text([
      "This is where ",
      { code: from },
      " goes on, as ",
      { member: by },
      " said there. I listen here now, and there no more; a vote from there that I had not heard before is to be cast again.",
    ]),
    ...(isUnsaid
      ? [text("I could not say so in the old room: tell whoever still looks there.")]
      : []),
    items.length === 0 ? text("Nothing was open.") : list(items),
    text([
      "So that my config says so too, whoever runs me writes ",
      { code: to },
      " in place of the old room under ",
      { code: "matrix.rooms" },
      ".",
    ]),
  ];
}

function line({ what, link }: Carried, how: string): Line {
  return [{ strong: what }, ` ${how}${link === undefined ? "" : `: ${link}`}`];
}

/** For the log and the verb `check`: what happens in there, its end too, moot does not see. */
export function outsideWords(name: string): string {
  return `moot is not in the room ${name}: invite it. If that room goes on in another one, moot cannot see that from outside, and does not follow: write the other's id in place of ${name} under matrix.rooms`;
}

/** For the verb `check`, where moot was not running since. */
export function untriedWords(name: string, to: RoomId): string {
  return `the room ${name} was upgraded to ${to}: start moot, and it follows or says why not`;
}

/** For the log and the verb `check`. */
export function renameWords(name: string, to: RoomId): string {
  return `the room ${name} moved to ${to}, and moot went along: write ${to} in place of ${name} under matrix.rooms`;
}
