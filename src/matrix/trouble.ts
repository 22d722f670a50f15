// What went wrong between moot and the homeserver, holding nothing that must not be shown.
import { z } from "zod";
import { TryLater } from "../core/chat.ts";
import { Refusal } from "../core/errors.ts";

const refusal = z.object({
  errcode: z.string().optional().catch(undefined),
  error: z.string().optional().catch(undefined),
  retry_after_ms: z.number().optional().catch(undefined),
  session: z.string().optional().catch(undefined),
});

/** What fetch throws: its own error around that of the connection. */
const broken = z.object({
  code: z.string().optional(),
  cause: z.object({ code: z.string().optional() }).optional(),
});

export class Trouble extends Error {
  /** The HTTP status; absent when there was no answer. */
  readonly status: number | undefined;
  /** The Matrix error code. */
  readonly code: string | undefined;
  /** Milliseconds the server asked us to wait. */
  readonly after: number | undefined;
  /** Under which it waits for a password, before it does what was asked. */
  readonly session: string | undefined;

  constructor(
    problem: string,
    facts: Partial<Pick<Trouble, "status" | "code" | "after" | "session">>,
  ) {
    super(problem);
    this.name = "Trouble";
    this.status = facts.status;
    this.code = facts.code;
    this.after = facts.after;
    this.session = facts.session;
  }

  /** Whether asking again may help. An answer without a Matrix error code comes from a proxy whose homeserver is away. */
  get isPassing(): boolean {
    const { status, code } = this;
    if (status === undefined || status === 429 || status === 408 || status >= 500) return true;
    return code === undefined && status !== 413 && this.session === undefined;
  }

  get isLoggedOut(): boolean {
    return this.code === "M_UNKNOWN_TOKEN" || this.code === "M_MISSING_TOKEN";
  }
}

/** Of a request that came to no answer. */
export function noAnswer(problem: unknown): Trouble {
  const { code, cause } = broken.safeParse(problem).data ?? {};
  return new Trouble(`no answer (${cause?.code ?? code ?? "connection lost"})`, {});
}

/** An answer, but none of Matrix: it comes from a proxy or a page in between. */
export function notMatrix(): Trouble {
  return new Trouble("answered something that is not Matrix", {});
}

/** `retryAfter` is the header, in seconds, which goes before the body's older field. */
export function refusedBy(status: number, body: unknown, retryAfter: string | undefined): Trouble {
  const { errcode: code, error = "", ...said } = refusal.safeParse(body).data ?? {};
  const after = waitFrom(retryAfter) ?? said.retry_after_ms;
  const why = code === undefined ? "without saying why" : `${code}: ${error.slice(0, 200)}`;
  const facts = { status, code, after, session: said.session };
  return new Trouble(`answered ${status} ${why}`, facts);
}

/** Only seconds: servers of Matrix send no dates. */
function waitFrom(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}

/** Undefined for what is not there, or what one who is not in the room may not see. */
export function absent(problem: unknown): undefined {
  if (!isForbidden(problem)) notFound(problem);
}

export function isForbidden(problem: unknown): boolean {
  return problem instanceof Trouble && problem.status === 403;
}

/** Nothing else counts as not there: a room whose state cannot be read is not taken for a clear one. */
export function notFound(problem: unknown): undefined {
  if (!(problem instanceof Trouble && problem.code === "M_NOT_FOUND")) throw problem;
}

/** The answer in its shape. */
export function decoded<Shape>(schema: z.ZodType<Shape>, answer: unknown): Shape {
  const result = schema.safeParse(answer);
  if (!result.success) throw notMatrix();
  return result.data;
}

/** What a `send` throws: logged out is no reason to drop what was to be said. */
export function forOutbox(problem: unknown): unknown {
  if (!(problem instanceof Trouble)) return problem;
  return problem.isPassing || problem.isLoggedOut
    ? new TryLater(`the homeserver ${problem.message}`, problem.after)
    : new Error(`the homeserver ${problem.message}`);
}

/** What stops moot: a sentence with what to do. */
export function asRefusal(problem: unknown, user: string): unknown {
  if (!(problem instanceof Trouble)) return problem;
  return homeserver(problem.isLoggedOut ? loggedOut(user) : problem.message);
}

export function homeserver(problem: string, cause?: Trouble): Refusal {
  return new Refusal({ kind: "homeserver", problem }, cause);
}

/** Whether the homeserver could not be asked at all, which time may mend. */
export function isSilence(problem: unknown): boolean {
  return problem instanceof Refusal && problem.cause instanceof Trouble && problem.cause.isPassing;
}

function loggedOut(user: string): string {
  return `somebody logged moot out. Start it again to log in as ${user}; if none of you did that, change the password of ${user} first.`;
}
