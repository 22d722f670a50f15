// Which host names a service answers for, by its Traefik labels.

const RULE = /^traefik\.(?:http|tcp)\.routers\.[^.]+\.rule$/i;
const MATCHER = /\bHost(?:SNI)?\(([^)]{0,4000})\)/gi;
// One matcher with nothing but names in it.
const NAMES = /^Host(?:SNI)?\(\s*(?:[`"'][\w.-]+[`"'](?:\s*,)?\s*)+\)$/i;
const LONGEST_RULE = 4_000;
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

/** The rules that answer also for hosts they do not name: patterns, paths alone, everything but one host. */
export function openRules(
  labels: Readonly<Record<string, string>>,
): readonly (readonly [label: string, rule: string])[] {
  return Object.entries(labels).filter(
    ([key, rule]) => RULE.test(key) && (rule.length > LONGEST_RULE || !isClosed(rule)),
  );
}

/** Whether each way to match a rule passes by a host's name. What is spelt too cleverly to tell is not. */
function isClosed(rule: string): boolean {
  const ways = parts(rule, "||");
  if (ways.length > 1) return ways.every(isClosed);
  const needed = parts(rule, "&&");
  if (needed.length > 1) return needed.some(isClosed);
  const one = rule.trim();
  return one.startsWith("(") && one.endsWith(")") ? isClosed(one.slice(1, -1)) : NAMES.test(one);
}

/** Cut at the sign where it stands outside of brackets and quotes. */
function parts(rule: string, sign: "||" | "&&"): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { 0: token, index } of rule.matchAll(/`[^`]*`|"[^"]*"|[()]|\|\||&&/g)) {
    if (token === "(") depth += 1;
    else if (token === ")") depth -= 1;
    else if (token === sign && depth === 0) {
      found.push(rule.slice(from, index));
      from = index + sign.length;
    }
  }
  return [...found, rule.slice(from)];
}
