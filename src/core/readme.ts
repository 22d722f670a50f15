// What a recipe's README tells of it between its two marks, one field a line (coopcloud.md §3.3).
import { METADATA } from "./abra.ts";

/** What a recipe can do, in its maintainers' words; "" where nobody says. */
export interface Features {
  /** `4`, or `4, a word`. */
  readonly status: string;
  readonly backups: string;
  readonly email: string;
  readonly healthcheck: string;
  readonly sso: string;
  readonly tests: string;
}

export const NO_FEATURES: Features = {
  status: "",
  backups: "",
  email: "",
  healthcheck: "",
  sso: "",
  tests: "",
};

/** As the block names them. */
const FIELDS = ["Category", "Status", "Image", "Healthcheck", "Backups", "Email", "Tests", "SSO"];

export interface Readme {
  readonly features: Features;
  /** Fields of the block that are absent or say nothing; all of them when there is no block. */
  readonly unfilled: readonly string[];
  /** The first block quote. */
  readonly description: string;
  readonly category: string;
}

export function readReadme(text: string): Readme {
  const fields = fieldsOf(text);
  const field = (name: string): string => fields.get(name.toLowerCase()) ?? "";
  return {
    features: {
      status: field("Status"),
      backups: field("Backups"),
      email: field("Email"),
      healthcheck: field("Healthcheck"),
      sso: field("SSO"),
      tests: field("Tests"),
    },
    unfilled: FIELDS.filter((name) => field(name) === ""),
    description: /^>[^\S\n]*(\S.*)$/m.exec(text)?.[1]?.trim() ?? "",
    category: field("Category"),
  };
}

/** The catalogue's word, and the README's where the catalogue has none. */
export function fillFeatures(first: Features, second: Features): Features {
  const pick = (key: keyof Features): string => (first[key] === "" ? second[key] : first[key]);
  return {
    status: pick("status"),
    backups: pick("backups"),
    email: pick("email"),
    healthcheck: pick("healthcheck"),
    sso: pick("sso"),
    tests: pick("tests"),
  };
}

function fieldsOf(text: string): ReadonlyMap<string, string> {
  const from = text.indexOf(METADATA.from);
  const to = text.indexOf(METADATA.to, from);
  if (from === -1 || to === -1) return new Map();
  const lines = text.slice(from, to).matchAll(/^[^\S\n]*[*-] \*\*([^*\n]+)\*\*:([^\n]*)$/gm);
  return new Map(
    Array.from(lines, ([, name = "", value = ""]) => [name.trim().toLowerCase(), value.trim()]),
  );
}
