// Says what keeps a text from being an app's domain.
import { type AppName, isAppName } from "./ids.ts";

export type DomainCheck =
  | { readonly kind: "domain"; readonly app: AppName }
  | { readonly kind: "bad"; readonly problem: string };

const MAX_LENGTH = 253;
const MAX_LABEL = 63;
const RULE = "a domain has letters, digits, dots and inner hyphens only";

export function checkDomain(text: string): DomainCheck {
  return isAppName(text)
    ? { kind: "domain", app: text }
    : { kind: "bad", problem: problemOf(text) };
}

function problemOf(text: string): string {
  if (text === "") return "it is empty";
  if (text.length > MAX_LENGTH) {
    return `it is ${text.length} characters long; a domain has at most ${MAX_LENGTH}`;
  }
  return shapeProblem(text) ?? labelProblem(text.split(".")) ?? RULE;
}

function shapeProblem(text: string): string | undefined {
  if (text.includes("/")) return "it has a slash: leave out https:// and the path";
  if (/\s/.test(text)) return "it has a space in it";
  if (/[^\0-\u007f]/.test(text)) return punycodeHint(text);
  if (/[A-Z]/.test(text)) return `it has capital letters: write ${text.toLowerCase()}`;
  if (/[^a-z0-9.-]/.test(text)) return RULE;
  return undefined;
}

function labelProblem(labels: readonly string[]): string | undefined {
  if (labels.length === 1) return "it has no dot: a domain looks like app.example.coop";
  if (labels.includes("")) return "it begins or ends with a dot, or has two in a row";
  if (labels.some((label) => label.startsWith("-"))) return "a part of it begins with a dash";
  if (labels.some((label) => label.endsWith("-"))) return "a part of it ends with a dash";
  if (labels.some((label) => label.length > MAX_LABEL)) {
    return `a part between dots has at most ${MAX_LABEL} characters`;
  }
  return undefined;
}

/** Look-alike letters are why only the ASCII form is taken. */
function punycodeHint(text: string): string {
  const url = `https://${text}`;
  const ascii = URL.canParse(url) ? new URL(url).hostname : "";
  return isAppName(ascii)
    ? `it has letters outside a-z: write its punycode form, ${ascii}`
    : "it has letters outside a-z: write its punycode form, which begins with xn--";
}
