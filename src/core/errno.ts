// Names what went wrong in a system call or on the network.

/** `ENOENT` and the like; absent for any other error. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** The words nearest to the cause: `fetch` and its kind only say that it failed. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause !== undefined) return causeOf(error.cause);
  if (error instanceof AggregateError && error.errors.length > 0) return causeOf(error.errors[0]);
  return error.message === "" ? (errnoOf(error) ?? error.name) : error.message;
}
