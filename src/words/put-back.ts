// The script that lies in every backup of moot itself and puts its files back where they were.

export interface PutBack {
  /** In which the files lie, each under its own path. */
  readonly folder: string;
  /** Absolute paths. */
  readonly files: readonly string[];
  /** Environment variables that hold secrets: of these nothing is saved. */
  readonly variables: readonly string[];
  readonly config: string;
}

export function putBackScript({ folder, files, variables, config }: PutBack): string {
  const lines = files.map((path) => {
    const from = quoted(`${folder}${path}`);
    return `install -b -D -m 600 ${from} ${quoted(path)}`;
  });
  const lost =
    variables.length === 0
      ? []
      : [
          "# Not saved, and to be set again by hand: secrets that the config takes from the environment.",
          ...variables.map((name) => `#   ${name}`),
        ];
  return `#!/bin/sh
# Puts moot back on this machine, from the folder that this file lies in. Run it as the user that moot runs as, while no moot
# runs here; what stands in a file's place already is kept beside it under the same name with ~ behind it.
${lost.map((line) => `${line}\n`).join("")}set -eu
cd "$(dirname "$0")"
${lines.join("\n")}
echo ${quoted(`moot is back. Next: the verb check with --config ${config}, then the verb run.`)}
`;
}

/** As one word of a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
