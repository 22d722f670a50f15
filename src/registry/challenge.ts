// Reads what a registry wants before it answers: the WWW-Authenticate header.

export type Challenge =
  | { readonly kind: "basic" }
  | { readonly kind: "bearer"; readonly realm: URL; readonly service?: string };

/** Absent when it is of no kind that moot knows, or comes from elsewhere by a redirect: that one names no place for a login. */
export function challengeIn(response: Response, asked: URL): Challenge | undefined {
  if (URL.parse(response.url)?.origin !== asked.origin) return undefined;
  return parseChallenge(response.headers.get("www-authenticate"));
}

function parseChallenge(header: string | null): Challenge | undefined {
  const [, scheme = "", rest = ""] = /^\s*(\w+)\s*(.*)$/s.exec(header ?? "") ?? [];
  if (scheme.toLowerCase() === "basic") return { kind: "basic" };
  if (scheme.toLowerCase() !== "bearer") return undefined;
  const words = new Map(
    [...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]),
  );
  const realm = URL.parse(words.get("realm") ?? "");
  if (realm === null) return undefined;
  const service = words.get("service");
  return { kind: "bearer", realm, ...(service === undefined ? {} : { service }) };
}
