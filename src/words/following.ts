// A log that is followed: how it goes, and how it ended.
import type { Attachment } from "../core/command.ts";
import { code, text, type Doc } from "../core/doc.ts";
import type { LogLine } from "../core/ports.ts";
import { logLine } from "./logs.ts";
import { counted } from "./phrases.ts";

export interface Followed {
  readonly app: string;
  readonly service?: string;
  readonly lines: readonly LogLine[];
}

export type FollowEnd =
  | { readonly kind: "time" | "lines" | "gone" | "gives-way" | "stopped" }
  | { readonly kind: "problem"; readonly problem: string };

const SHOWN_LINES = 20;
const SHOWN_CHARACTERS = 3_000;

/** The message that is edited in place. */
export function followingDoc(followed: Followed, end?: FollowEnd): Doc {
  const { app, service, lines } = followed;
  const of = service === undefined ? app : `${service} of ${app}`;
  const head =
    end === undefined
      ? [
          `Following the log of `,
          { strong: of },
          ": for 2 minutes, or 200 lines. It ends if moot is stopped, and is not taken up again.",
        ]
      : [`Followed the log of `, { strong: of }, `: ${counted(lines.length, "line")}.`];
  if (lines.length === 0) return [text(head)];
  const shown = lines.slice(-SHOWN_LINES).map(logLine).join("\n").slice(-SHOWN_CHARACTERS);
  return [text(head), code(shown)];
}

/** All of it, once it has ended. */
export function followedAnswer(
  { app, lines }: Followed,
  end: FollowEnd,
): { readonly doc: Doc; readonly attachment?: Attachment } {
  const count =
    lines.length === 0
      ? "Nothing was written"
      : `All ${counted(lines.length, "line")} are in the file that follows`;
  const doc = [
    text([`${endWords(end)} ${count}. `, { code: `!logs ${app} --follow` }, " follows on."]),
  ];
  if (lines.length === 0) return { doc };
  const whole = lines.map(logLine).join("\n");
  return { doc, attachment: { name: `${app}.log.txt`, text: `${whole}\n` } };
}

function endWords(end: FollowEnd): string {
  switch (end.kind) {
    case "time":
      return "The 2 minutes are over.";
    case "lines":
      return "200 lines have come, which is as many as are followed.";
    case "gone":
      return "All that was followed has gone.";
    case "gives-way":
      return "You follow another log now, so this one ended.";
    case "stopped":
      return "moot is being stopped, so the log is not followed any more, nor after its start.";
    case "problem":
      return `It cannot be followed any more: ${end.problem.replace(/\.$/, "")}.`;
  }
}

/** After a restart. */
export function cutOffDoc(): Doc {
  return [
    text(
      "moot was stopped while it followed this log. That is not taken up again; type the command again if you still want it.",
    ),
  ];
}
