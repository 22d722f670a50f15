// Lets rows in: what a file holds becomes our types, or flies as a bug.
import { z } from "zod";
import {
  isAppName,
  isEventId,
  isRecipeName,
  isRoomId,
  isServerName,
  isStackName,
  isUserId,
} from "../src/core/ids.ts";
import type { Json } from "../src/core/state.ts";

/** The type with nothing optional and nothing mutable, all the way down. */
type Whole<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Whole<Item>[]
    : { readonly [Key in keyof T]-?: Whole<T[Key]> };

type Same<A, B> = [Whole<A>, Whole<B>] extends [Whole<B>, Whole<A>] ? true : false;

/**
 * Passes the schema through if what it decodes is exactly `T`. A key that one of them lacks does not compile, so that
 * neither can drift from the other.
 */
export function exactly<T>() {
  return <S extends z.ZodType<T>>(
    schema: S & (Same<z.output<S>, T> extends true ? unknown : "the schema is not the type"),
  ): S => schema;
}

function name<Name extends string>(is: (text: string) => text is Name) {
  return z.custom<Name>((value) => typeof value === "string" && is(value), "not such a name");
}

export const app = name(isAppName);
export const event = name(isEventId);
export const recipe = name(isRecipeName);
export const room = name(isRoomId);
export const server = name(isServerName);
export const stack = name(isStackName);
export const user = name(isUserId);

export const time = z.int();
export const strings = z.array(z.string());
export const json: z.ZodType<Json> = z.json();

/** A column of JSON text. */
export function jsonText<S extends z.ZodType>(schema: S) {
  return z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);
}

/** `null` in a row is an absent key in our types. */
export function decode<S extends z.ZodType>(schema: S, row: unknown): z.output<S> {
  const columns = Object.entries(z.record(z.string(), z.unknown()).parse(row));
  return schema.parse(Object.fromEntries(columns.filter(([, value]) => value !== null)));
}

/** The row decoded, or undefined where none was found. */
export function decodeIfAny<S extends z.ZodType>(schema: S, row: unknown): z.output<S> | undefined {
  return row === undefined ? undefined : decode(schema, row);
}
