// The function matrix-bot-sdk calls for every request, over fetch: the options it uses.

/** Asks as `request` does: `callback(error)`, or `callback(null, { statusCode, headers, body }, body)` whatever the status. */
function request(options, callback) {
  ask(options).then(
    (response) => callback(null, response, response.body),
    (error) => callback(error),
  );
}

async function ask({ uri, method, qs, headers, body, timeout }) {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(qs ?? {})) url.searchParams.append(name, value);
  const signal = AbortSignal.timeout(timeout);
  const response = await fetch(url, { method, headers, body, signal, redirect: "manual" });
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}

module.exports = request;
