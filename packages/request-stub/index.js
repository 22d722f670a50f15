// The function matrix-bot-sdk calls for every request, over fetch: the options it uses, and `signal`.
const { validateHeaderValue } = require("node:http");

/** Asks as `request` does: `callback(error)`, or `callback(null, { statusCode, headers, body }, body)` whatever the status. */
function request(options, callback) {
  const { signal, timeout } = options;
  const aborter = new AbortController();
  const abort = () => aborter.abort(signal.reason);
  if (signal?.aborted) abort();
  // Not AbortSignal.any: a signal that lives as long as the program must not gather one follower a request.
  signal?.addEventListener("abort", abort, { once: true });
  const timer = timeout && setTimeout(() => aborter.abort(timedOut(timeout)), timeout);

  ask(options, aborter.signal)
    .finally(() => {
      signal?.removeEventListener("abort", abort);
      clearTimeout(timer);
    })
    .then(
      (response) => callback(null, response, response.body),
      (error) => callback(error),
    );
}

async function ask({ uri, method, qs, headers, body, encoding }, signal) {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(qs ?? {})) {
    for (const one of [value].flat()) if (one !== undefined) url.searchParams.append(name, one);
  }
  // fetch itself would quote the value it refuses, which may be the token.
  for (const [name, value] of Object.entries(headers ?? {})) validateHeaderValue(name, value);
  // Redirects are answers, not orders: a token goes only where it was sent.
  const response = await fetch(url, { method, headers, body, signal, redirect: "manual" });
  const bytes = Buffer.from(await response.arrayBuffer());
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: encoding === null ? bytes : bytes.toString("utf8"),
  };
}

function timedOut(timeout) {
  return Object.assign(new Error(`no answer within ${timeout} ms`), { code: "ETIMEDOUT" });
}

module.exports = request;
