// The switch of commands that have a backup taken first: to do without.

export const NO_BACKUP = { "no-backup": "switch" } as const;

export function askedNoBackup(flags: Readonly<Record<string, string>>): {
  readonly noBackup?: true;
} {
  return flags["no-backup"] === undefined ? {} : { noBackup: true };
}
