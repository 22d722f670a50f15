// Moments as tests write them, in UTC.

export const BERLIN = "Europe/Berlin";

export function at(time: string): number {
  return Date.parse(`${time}Z`);
}

export function shown(moment: number | undefined): string | undefined {
  return moment === undefined ? undefined : new Date(moment).toISOString().slice(0, 16);
}
