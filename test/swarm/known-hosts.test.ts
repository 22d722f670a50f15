// Keys are found in a known_hosts file as ssh finds them.
import { expect, test } from "vitest";
import { keysFor } from "../../src/swarm/known-hosts.ts";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILcVjoONAVuiMm0gVAZGQducOaVx0dzlgrsnk5SYeTl+";
const OTHER = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY=";
// Made by `ssh-keygen -H` of alpha.example.coop and [beta.example.coop]:2222.
const HASHED_ALPHA = "|1|woDtocPjZbMnR2kPwAw3mEaIdAs=|3cUqhFoCbXMvhgaBIwzYr2dgSkk=";
const HASHED_BETA = "|1|CYHsDTCDhVUXsPJrFaOL6bOO7AM=|nIBoxLbO2Cm03hkNKjjifDfNlb0=";

const cases: readonly {
  readonly name: string;
  readonly file: string;
  readonly host?: string;
  readonly port?: number;
  readonly keys: readonly string[];
}[] = [
  { name: "a plain name is found", file: `alpha.example.coop ${KEY}`, keys: [KEY] },
  {
    name: "a comment after the key is left out",
    file: `alpha.example.coop ${KEY} ana@laptop`,
    keys: [KEY],
  },
  { name: "names are compared without case", file: `Alpha.Example.Coop ${KEY}`, keys: [KEY] },
  {
    name: "one of several names is enough",
    file: `10.0.0.1,alpha.example.coop ${KEY}`,
    keys: [KEY],
  },
  { name: "another host's key is not found", file: `beta.example.coop ${KEY}`, keys: [] },
  {
    name: "a longer name is another host",
    file: `alpha.example.coop.evil.example ${KEY}`,
    keys: [],
  },
  { name: "a dot is only a dot", file: `alpha-example.coop ${KEY}`, keys: [] },
  {
    name: "all keys are found, each once",
    file: `alpha.example.coop ${KEY}\nalpha.example.coop ${OTHER}\nalpha.example.coop ${KEY}`,
    keys: [KEY, OTHER],
  },
  { name: "a hashed name is found", file: `${HASHED_ALPHA} ${KEY}`, keys: [KEY] },
  { name: "a hash of another name is not", file: `${HASHED_BETA} ${KEY}`, keys: [] },
  { name: "a hash of another kind is not", file: `|2|abc=|def= ${KEY}`, keys: [] },
  {
    name: "a hashed name with a port is found",
    file: `${HASHED_BETA} ${KEY}`,
    host: "beta.example.coop",
    port: 2222,
    keys: [KEY],
  },
  {
    name: "a port of its own needs brackets",
    file: `alpha.example.coop ${KEY}`,
    port: 2222,
    keys: [],
  },
  {
    name: "a name in brackets is for that port",
    file: `[alpha.example.coop]:2222 ${KEY}`,
    port: 2222,
    keys: [KEY],
  },
  {
    name: "a name in brackets is for no other port",
    file: `[alpha.example.coop]:2222 ${KEY}`,
    keys: [],
  },
  { name: "a star is any text", file: `*.example.coop ${KEY}`, keys: [KEY] },
  { name: "a question mark is one character", file: `alph?.example.coop ${KEY}`, keys: [KEY] },
  { name: "a question mark is no dot too many", file: `alpha?.example.coop ${KEY}`, keys: [] },
  {
    name: "an exclusion wins over a pattern",
    file: `*.example.coop,!alpha.example.coop ${KEY}`,
    keys: [],
  },
  {
    name: "an exclusion of others excludes none",
    file: `*.example.coop,!beta.example.coop ${KEY}`,
    keys: [KEY],
  },
  { name: "an exclusion alone finds nothing", file: `!beta.example.coop ${KEY}`, keys: [] },
  {
    name: "a revoked key is not found, wherever the line stands",
    file: `alpha.example.coop ${KEY}\nalpha.example.coop ${OTHER}\n@revoked * ${KEY}`,
    keys: [OTHER],
  },
  {
    name: "a key revoked elsewhere is",
    file: `alpha.example.coop ${KEY}\n@revoked beta.example.coop ${KEY}`,
    keys: [KEY],
  },
  {
    name: "a certificate authority is no host key",
    file: `@cert-authority *.example.coop ${KEY}`,
    keys: [],
  },
  {
    name: "comments, blank and broken lines are passed over",
    file: `# alpha.example.coop ${KEY}\n\r\n  \nalpha.example.coop\nalpha.example.coop ssh-ed25519\r\nalpha.example.coop ${OTHER}\r\n`,
    keys: [OTHER],
  },
];

test.each(cases)("$name", ({ file, host = "alpha.example.coop", port = 22, keys }) => {
  expect(keysFor(file, host, port)).toEqual(keys);
});
