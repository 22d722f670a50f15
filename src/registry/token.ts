// Gets what a registry's challenge asks for: the login itself, or a token bought with it.
import { z } from "zod";
import type { ImageReference } from "../core/imageref.ts";
import { ask, bodyOf, mustBeOk, Unreachable, type Question } from "./ask.ts";
import type { Challenge } from "./challenge.ts";
import type { RegistryOptions } from "./options.ts";

interface Visit {
  /** What the registry was asked. */
  readonly question: Question;
  readonly reference: ImageReference;
  readonly options: RegistryOptions;
}

export interface Grant {
  /** The Authorization header to come back with. */
  readonly authorization: string;
  /** How long it is good; absent for a login, which does not run out. */
  readonly seconds?: number;
}

// Anything else could not stand in a header.
const Word = z.string().regex(/^[\x21-\x7e]+$/);
// A minute where nothing or nonsense is said, as the specification of the registries' tokens has it.
const Life = z.number().positive().max(86_400).catch(60);
const Token = z.union([
  z.object({ token: Word, expires_in: Life }),
  z
    .object({ access_token: Word, expires_in: Life })
    .transform((grant) => ({ token: grant.access_token, expires_in: grant.expires_in })),
]);

/** Absent when the login was missing or not enough. Throws Unreachable. */
export async function authorize(
  challenge: Challenge,
  { question, reference, options }: Visit,
  signal: AbortSignal,
): Promise<Grant | undefined> {
  const basic = basicLogin(reference, options);
  if (challenge.kind === "basic") return basic === undefined ? undefined : { authorization: basic };
  const url = new URL(challenge.realm);
  if (url.protocol !== "https:" && url.host !== question.url.host) {
    throw new Unreachable(`its tokens come from ${url.host} without TLS`);
  }
  if (challenge.service !== undefined) url.searchParams.set("service", challenge.service);
  url.searchParams.set("scope", `repository:${reference.name}:pull`);
  const response = await ask(
    {
      url,
      method: "GET",
      accept: "application/json",
      plainHttp: options.plainHttp,
      ...(basic === undefined ? {} : { authorization: basic }),
    },
    signal,
  );
  if (response.status === 401 || response.status === 403) return undefined;
  mustBeOk(response);
  return grantIn(await bodyOf(response));
}

function basicLogin({ registry }: ImageReference, options: RegistryOptions): string | undefined {
  const login = options.logins[registry];
  if (login === undefined) return undefined;
  return `Basic ${Buffer.from(`${login.user}:${login.password}`).toString("base64")}`;
}

function grantIn(body: Buffer): Grant {
  const token = Token.safeParse(parseJson(body.toString("utf8")));
  if (!token.success) throw new Unreachable("its token service gave no token");
  return { authorization: `Bearer ${token.data.token}`, seconds: token.data.expires_in };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unreachable("its token service gave no JSON");
  }
}
