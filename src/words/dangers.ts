// Why a plan is dangerous, in words.
import type { Danger } from "../core/plan.ts";
import { counted, firstOf, listed, size } from "./phrases.ts";
import { besideWords, overwritesWords, rebuildsWords } from "./restores.ts";

type Of<Kind extends Danger["kind"]> = Extract<Danger, { readonly kind: Kind }>;
type Words = { readonly [Kind in Danger["kind"]]: (danger: Of<Kind>) => string };

const WORDS: Words = {
  "major-step": ({ from, to }) =>
    `the step from ${from} to ${to} is a major one: read the release notes, and have a backup`,
  chaos: ({ commit }) => `commit ${commit} is no published version of the recipe`,
  "outside-catalogue": ({ recipe }) =>
    `the recipe ${recipe} is not in the catalogue: nobody has published it`,
  "no-return": ({ why }) => `if this fails, what runs now cannot be brought back: ${why}`,
  move: ({ from, to, volumes, bytes }) =>
    `it is down while ${volumes === 0 ? "it goes over" : `${counted(volumes, "volume")}${bytes === undefined ? "" : ` (${size(bytes)})`} are carried over`}; what it had on ${from} stays there, stopped, until you are content with ${to}`,
  "path-stays": ({ service, path, server }) =>
    `${service} uses ${path} of ${server} itself, which is not carried over: copy it yourself first, or it starts without`,
  "tag-moved": ({ version, from, to }) =>
    `the tag ${version} was moved by the recipe's makers: it named ${from.slice(0, 8)}, and names ${to.slice(0, 8)} now. Ask them why before you trust it`,
  "secret-replaced": ({ secret }) =>
    `${secret} gets a new value, and the old one is removed for good`,
  "secret-removed": ({ secret }) =>
    `the secret ${secret} is removed for good: nobody can read it out first`,
  "secret-inserted": ({ secret }) => `${secret} gets the value that one person alone hands over`,
  "post-commands": ({ key }) => `${key} was changed: commands that run inside the app`,
  "takes-down": ({ services }) =>
    `${listed(services)} ${services.length === 1 ? "stops" : "stop"}, and nobody can use it until it is deployed again`,
  beside: besideWords,
  rebuilds: rebuildsWords,
  overwrites: overwritesWords,
  "without-backup": () => "no backup is taken first, since that was asked for",
  destroys: ({ volumes, secrets }) =>
    `what is left of it is destroyed for good, ${counted(volumes, "volume")} and ${counted(secrets, "secret")} among it`,
  "runs-function": ({ service, function: name }) =>
    `${name} runs inside ${service}, with all that the app can reach`,
  "host-path": ({ service, path }) => `${service} gets ${path} of the server itself`,
  "docker-socket": ({ service }) =>
    `${service} gets the docker socket, and with it power over the whole server`,
  "open-router": ({ service, rule }) =>
    `${service} may answer for any host name of the server: ${rule}`,
  "host-network": ({ service }) => `${service} uses the server's own network`,
  capabilities: ({ service, added }) =>
    `${service} gets more rights on the server: ${firstOf(added, 6)}`,
};

export function dangerWords(danger: Danger): string {
  return wordsFor(danger.kind, danger);
}

function wordsFor<Kind extends Danger["kind"]>(kind: Kind, danger: Of<Kind>): string {
  return WORDS[kind](danger);
}
