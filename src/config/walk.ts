// Finds which keys a schema knows at a place.
import { z } from "zod";

type Schema = z.core.$ZodType;

/** The keys of the mapping that the path leads to; empty where any key may stand. */
export function keysAt(schema: Schema, path: readonly PropertyKey[]): readonly string[] {
  return path
    .reduce<readonly Schema[]>(
      (places, step) => places.flatMap((place) => child(place, step)),
      [schema],
    )
    .flatMap((place) => Object.keys(fieldsOf(place)));
}

/** The fields of a mapping with fixed keys. */
export function fieldsOf(schema: Schema): Readonly<Record<string, Schema>> {
  const inner = unwrapped(schema);
  return inner instanceof z.ZodObject ? inner.shape : {};
}

/** What stands under any key of a mapping with free keys. */
export function itemOf(schema: Schema): Schema | undefined {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodRecord) return inner.valueType;
  return inner instanceof z.ZodArray ? inner.element : undefined;
}

function child(schema: Schema, step: PropertyKey): readonly Schema[] {
  const found = fieldsOf(schema)[String(step)] ?? itemOf(schema);
  return found === undefined ? [] : [found];
}

/** Without the layers that add defaults or change what comes out. */
function unwrapped(schema: Schema): Schema {
  if (schema instanceof z.ZodPipe) return unwrapped(schema.in);
  const isLayer =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly;
  return isLayer ? unwrapped(schema.unwrap()) : schema;
}
