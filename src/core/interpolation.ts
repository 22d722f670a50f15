// How compose files name variables, by docker/cli's rules (coopcloud.md §4.2).

// A default ends at the first brace; its length is bounded so that hostile text costs no more than its size.
const REFERENCE = /\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?])([^}\n]{0,1000}))?\})/g;

type Env = Readonly<Record<string, string>>;

interface Reference {
  readonly name: string;
  readonly hasDefault: boolean;
}

/** Puts values in place of variables; an unset one without default is nothing, as docker does silently. */
export function interpolate(template: string, env: Env): string {
  let text = "";
  let done = 0;
  for (const found of template.matchAll(REFERENCE)) {
    text += template.slice(done, found.index) + filled(found, env);
    done = found.index + found[0].length;
  }
  return text + template.slice(done);
}

/** The variables a template names, in order, `$$` left out. */
export function references(template: string): readonly Reference[] {
  return Array.from(template.matchAll(REFERENCE)).flatMap((found) => {
    const name = nameIn(found);
    return name === undefined ? [] : [{ name, hasDefault: found[4]?.endsWith("-") === true }];
  });
}

/** The variables that these compose files name without a default and that are not set: docker would make them empty. */
export function unsetVariables(composeTexts: readonly string[], env: Env): readonly string[] {
  const names = composeTexts
    .flatMap((text) => references(withoutComments(text)))
    .filter(({ name, hasDefault }) => !hasDefault && valueOf(env, name) === undefined)
    .map(({ name }) => name);
  return [...new Set(names)].toSorted();
}

/** A YAML text without its comments, as far as that can be told line by line. */
export function withoutComments(yaml: string): string {
  return yaml.split("\n").map(withoutComment).join("\n");
}

function withoutComment(line: string): string {
  let quote = "";
  for (const { 0: sign, index } of line.matchAll(/["'#]/g)) {
    if (quote !== "") quote = sign === quote ? "" : quote;
    else if (sign !== "#") quote = sign;
    else if (index === 0 || /\s/.test(line[index - 1] ?? "")) return line.slice(0, index);
  }
  return line;
}

function filled(found: RegExpExecArray, env: Env): string {
  const name = nameIn(found);
  if (name === undefined) return "$";
  const value = valueOf(env, name);
  const [, , , , sign, otherwise = ""] = found;
  if (sign === "-") return value ?? otherwise;
  if (sign === ":-") return value === undefined || value === "" ? otherwise : value;
  return value ?? "";
}

/** Undefined for `$$`. */
function nameIn([, , plain, braced]: RegExpExecArray): string | undefined {
  return plain ?? braced;
}

function valueOf(env: Env, name: string): string | undefined {
  return Object.hasOwn(env, name) ? env[name] : undefined;
}
