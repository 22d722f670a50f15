// Which host names a service answers for, by its Traefik labels.

const RULE = /^traefik\.(?:http|tcp)\.routers\.[^.]+\.rule$/i;
const MATCHER = /\bHost(?:SNI)?\(([^)]{0,4000})\)/gi;
const NAME = /[`"']([^`"'\s]+)[`"']/g;

/** Lower case, sorted, each once; patterns (`HostRegexp`, `*`) name no host. */
export function routerHosts(labels: Readonly<Record<string, string>>): readonly string[] {
  const hosts = Object.entries(labels)
    .filter(([key]) => RULE.test(key))
    .flatMap(([, rule]) => Array.from(rule.matchAll(MATCHER)))
    .flatMap(([, names = ""]) => Array.from(names.matchAll(NAME)))
    // Traefik takes `a.coop.` for `a.coop`.
    .map(([, name = ""]) => name.toLowerCase().replace(/\.$/, ""))
    .filter((name) => name !== "*" && name !== "");
  return [...new Set(hosts)].toSorted();
}
