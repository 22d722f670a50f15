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

// Anything else could not stand in a header.
const Word = z.string().regex(/^[\x21-\x7e]+$/);
const Token = z.union([
  z.object({ token: Word }).transform(({ token }) => token),
  z.object({ access_token: Word }).transform((grant) => grant.access_token),
]);

/** The Authorization header to come back with; absent when the login was missing or not enough. Throws Unreachable. */
export async function authorize(
  challenge: Challenge,
  { question, reference, options }: Visit,
  signal: AbortSignal,
): Promise<string | undefined> {
  const basic = basicLogin(reference, options);
  if (challenge.kind === "basic") return basic;
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
  return `Bearer ${tokenIn(await bodyOf(response))}`;
}

function basicLogin({ registry }: ImageReference, options: RegistryOptions): string | undefined {
  const login = options.logins[registry];
  if (login === undefined) return undefined;
  return `Basic ${Buffer.from(`${login.user}:${login.password}`).toString("base64")}`;
}

function tokenIn(body: Buffer): string {
  const token = Token.safeParse(parseJson(body.toString("utf8")));
  if (!token.success) throw new Unreachable("its token service gave no token");
  return token.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unreachable("its token service gave no JSON");
  }
}
