// Asks a server for a domain as a browser would, without asking DNS where the domain is.
import { request as plainRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as secureRequest } from "node:https";
import { TLSSocket } from "node:tls";
import type { Host } from "../core/ports.ts";
import { causeOf } from "../core/errno.ts";

type Probe = Awaited<ReturnType<Host["probe"]>>;

/** Milliseconds. */
const DEADLINE = 10_000;

/** `address`: where the server is. Follows one redirect to https of the same domain, and tells of its certificate. */
export async function probe(address: string, domain: string, signal: AbortSignal): Promise<Probe> {
  const first = await get(address, { domain, isSecure: false, path: "/" }, signal);
  const to = secureTarget(first.location, domain);
  return to === undefined
    ? first.probe
    : (await get(address, { domain, isSecure: true, path: to }, signal)).probe;
}

interface Target {
  readonly domain: string;
  readonly isSecure: boolean;
  readonly path: string;
}

/** The path to ask for by https; absent when the answer leads nowhere or to another place. */
function secureTarget(location: string | undefined, domain: string): string | undefined {
  if (location === undefined || !URL.canParse(location)) return undefined;
  const { protocol, hostname, port, pathname, search } = new URL(location);
  const isSame = protocol === "https:" && hostname === domain && port === "";
  return isSame ? pathname + search : undefined;
}

interface Got {
  readonly probe: Probe;
  readonly location?: string;
}

async function get(address: string, target: Target, signal: AbortSignal): Promise<Got> {
  const { domain, isSecure, path } = target;
  const url = `${isSecure ? "https" : "http"}://${domain}${path}`;
  const late = AbortSignal.timeout(DEADLINE);
  try {
    const answer = await ask(address, target, AbortSignal.any([signal, late]));
    answer.destroy();
    const status = answer.statusCode ?? 0;
    const problem = certificateProblem(answer);
    const location = status >= 300 && status < 400 ? answer.headers.location : undefined;
    return {
      probe: { url, status, ...(problem === undefined ? {} : { problem }) },
      ...(location === undefined ? {} : { location }),
    };
  } catch (error) {
    signal.throwIfAborted();
    const problem = late.aborted ? `no answer within ${DEADLINE / 1000} s` : causeOf(error);
    return { probe: { url, problem } };
  }
}

async function ask(
  address: string,
  { domain, isSecure, path }: Target,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const options: RequestOptions = {
    host: address,
    path,
    headers: { host: domain },
    agent: false,
    signal,
  };
  return new Promise((resolve, reject) => {
    const question = isSecure
      ? // The certificate is looked at after the answer: a new app has none yet, and that is worth a word, not a failure.
        secureRequest({ ...options, servername: domain, rejectUnauthorized: false })
      : plainRequest(options);
    question.once("response", resolve).once("error", reject).end();
  });
}

function certificateProblem({ socket }: IncomingMessage): string | undefined {
  if (!(socket instanceof TLSSocket) || socket.authorized) return undefined;
  return `its certificate is not trusted (${socket.authorizationError.message})`;
}
