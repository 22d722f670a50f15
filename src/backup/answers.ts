// What restic answers, as far as moot reads it; all else is passed over, so that newer ones do not surprise it.
import { z } from "zod";
import type { Entry, Snapshot } from "../core/vault.ts";
import { jsonOf } from "./lines.ts";

const time = z.string().transform((text) => Date.parse(text));

const size = z.object({
  total_files_processed: z.number(),
  total_bytes_processed: z.number(),
  data_added_packed: z.number().default(0),
});

const snapshot = z
  .object({
    id: z.string(),
    time,
    hostname: z.string().default(""),
    tags: z.array(z.string()).nullish(),
    paths: z.array(z.string()).nullish(),
    summary: size.optional(),
  })
  .transform(({ id, time: at, hostname: host, tags, paths, summary }): Snapshot => ({
    id,
    at,
    host,
    tags: tags ?? [],
    paths: paths ?? [],
    ...(summary !== undefined && {
      size: {
        files: summary.total_files_processed,
        bytes: summary.total_bytes_processed,
        added: summary.data_added_packed,
      },
    }),
  }));

export const snapshots = z.array(snapshot);

/** restic says nothing at all where no snapshot is meant. */
export const groups = z
  .array(
    z.object({
      keep: z.array(snapshot).nullish(),
      remove: z.array(snapshot).nullish(),
      reasons: z.array(z.object({ snapshot, matches: z.array(z.string()).nullish() })).nullish(),
    }),
  )
  .nullable();

export const saveLine = z.discriminatedUnion("message_type", [
  z.object({
    message_type: z.literal("status"),
    bytes_done: z.number().default(0),
    total_bytes: z.number().default(0),
    files_done: z.number().default(0),
  }),
  z.object({
    message_type: z.literal("summary"),
    snapshot_id: z.string(),
    total_duration: z.number(),
    ...size.shape,
  }),
]);

export const restoreLine = z.discriminatedUnion("message_type", [
  z.object({
    message_type: z.literal("status"),
    bytes_restored: z.number().default(0),
    total_bytes: z.number().default(0),
    files_restored: z.number().default(0),
  }),
  z.object({
    message_type: z.literal("summary"),
    total_files: z.number().default(0),
    total_bytes: z.number().default(0),
    files_skipped: z.number().default(0),
    bytes_skipped: z.number().default(0),
  }),
]);

const kinds: Readonly<Record<string, Entry["kind"]>> = { file: "file", dir: "folder" };

export const node = z
  .object({
    message_type: z.literal("node"),
    path: z.string(),
    type: z.string(),
    size: z.number().default(0),
    mtime: time,
  })
  .transform(({ path, type, size: bytes, mtime }): Entry => {
    const kind = kinds[type] ?? "other";
    return { path, kind, ...(kind === "file" && { bytes }), changedAt: mtime };
  });

const counted = z.object({ bytes: z.number() });

export const diffLine = z.discriminatedUnion("message_type", [
  z.object({ message_type: z.literal("change"), path: z.string(), modifier: z.string() }),
  z.object({ message_type: z.literal("statistics"), added: counted, removed: counted }),
]);

export const checkSummary = z.object({
  message_type: z.literal("summary"),
  num_errors: z.number(),
});

/** Undefined for a line that is none of its kind. */
export function readLine<T>(schema: z.ZodType<T>, line: string): T | undefined {
  return schema.safeParse(jsonOf(line)).data;
}
