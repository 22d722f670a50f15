// Where what a config names is: paths count from its own folder, `~` is the home of moot's user.
import { resolve } from "node:path";
import { text } from "./forms.ts";

export interface Places {
  /** The config file itself. */
  readonly file: string;
  /** Its folder. */
  readonly folder: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function absolute({ folder, home }: Places, path: string): string {
  return resolve(folder, path.replace(/^~(?=\/|$)/, home));
}

/** A path, made absolute. */
export function pathSchema(places: Places) {
  return text("a path, absolute or from the config's folder").transform((path) =>
    absolute(places, path),
  );
}

export type PathSchema = ReturnType<typeof pathSchema>;
