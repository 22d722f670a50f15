// The errors of IndexedDB, by the names the library looks for.

type Name =
  | "AbortError"
  | "ConstraintError"
  | "DataCloneError"
  | "DataError"
  | "InvalidAccessError"
  | "InvalidStateError"
  | "NotFoundError"
  | "NotSupportedError"
  | "ReadOnlyError"
  | "TransactionInactiveError"
  | "UnknownError"
  | "VersionError";

export function failure(name: Name, problem: string, cause?: unknown): DOMException {
  return new DOMException(problem, cause === undefined ? { name } : { name, cause });
}

export function asFailure(problem: unknown): DOMException {
  return problem instanceof DOMException
    ? problem
    : failure("UnknownError", String(problem), problem);
}

/** What the library does not call is not here: a newer one that does is told so at once, and not served half. */
export function refuseRest(target: object, names: readonly string[]): void {
  for (const name of names) {
    Object.defineProperty(target, name, {
      value: () => {
        throw failure("NotSupportedError", `${name} is not part of moot's IndexedDB`);
      },
    });
  }
}
