// Reads which host names a Traefik router answers for.

const MATCHER = /\bHost(?:SNI)?\(([^)]*)\)/g;
const NAME = /`([^`]*)`|"([^"]*)"/g;
const RULE = /^traefik\.(?:http|tcp)\.routers\.[^.]+\.rule$/;

/** The names in all `Host(…)` of the service's router rules, each once; those made by patterns are not told. */
export function routedHosts(labels: Readonly<Record<string, string>>): readonly string[] {
  const rules = Object.entries(labels).filter(([key]) => RULE.test(key));
  const names = rules.flatMap(([, rule]) =>
    [...rule.matchAll(MATCHER)].flatMap(([, list = ""]) =>
      [...list.matchAll(NAME)].map(([, ticked, quoted]) => (ticked ?? quoted ?? "").toLowerCase()),
    ),
  );
  return [...new Set(names)].filter((name) => name !== "" && name !== "*");
}
