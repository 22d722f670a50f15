// The date of a certificate is read off a real handshake, whoever signed it.
import { once } from "node:events";
import { createServer as createPlain, type AddressInfo, type Server } from "node:net";
import { createSecureContext, createServer } from "node:tls";
import { afterEach, expect, test } from "vitest";
import { readCertificate } from "../../src/swarm/certificate.ts";

const { signal } = new AbortController();
const closing: Server[] = [];
afterEach(() => closing.splice(0).forEach((server) => server.close()));

/** For wiki.example.coop, signed by itself; it ends a hundred years after it was made. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgwZNLjr43NeCRk4cU
K4g8By7Z9xVNns4cemyQhiwZSlGhRANCAAQoJFW9cQ5RLwfC62aRKnBil2VtZm0w
vHNGWeT3M1vZXPOIvBQfMTLDqLESrsEQf0Pvk1Bu2h4ZuBSX+U1f9Z9E
-----END PRIVATE KEY-----`;
const CERT = `-----BEGIN CERTIFICATE-----
MIIBrDCCAVOgAwIBAgIUb84GJBvM+CwMadTk8X1W4ugQC50wCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRd2lraS5leGFtcGxlLmNvb3AwIBcNMjYxMTI1MjM0MDUzWhgP
MjEyNjExMDEyMzQwNTNaMBwxGjAYBgNVBAMMEXdpa2kuZXhhbXBsZS5jb29wMFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEKCRVvXEOUS8HwutmkSpwYpdlbWZtMLxz
Rlnk9zNb2VzziLwUHzEyw6ixEq7BEH9D75NQbtoeGbgUl/lNX/WfRKNxMG8wHQYD
VR0OBBYEFGYJvgEI9RpRcYdDhzvMpeznZ4tbMB8GA1UdIwQYMBaAFGYJvgEI9RpR
cYdDhzvMpeznZ4tbMA8GA1UdEwEB/wQFMAMBAf8wHAYDVR0RBBUwE4IRd2lraS5l
eGFtcGxlLmNvb3AwCgYIKoZIzj0EAwIDRwAwRAIgbKkxWrXAuGnCerhinimqYpa0
9aHTmsLs+Cw583rMb1ACIAo8EP3b9izu79ldg48hwMmZcw4tG7/n4ALQ9LFbMJPO
-----END CERTIFICATE-----`;
const UNTIL = Date.parse("2126-11-01T23:40:53Z");

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(server);
  const address = server.address();
  if (!isTcp(address)) throw new Error("it listens nowhere");
  return address.port;
}

function isTcp(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}

/** As Traefik does, it looks at the name it is asked for. */
async function serve(asked: string[] = []): Promise<number> {
  const context = createSecureContext({ key: KEY, cert: CERT });
  const server = createServer({
    key: KEY,
    cert: CERT,
    SNICallback: (name, answer) => {
      asked.push(name);
      answer(null, context);
    },
  });
  server.on("tlsClientError", () => undefined);
  return listen(server);
}

test("tells until when it is good, asking for the domain by name", async () => {
  const asked: string[] = [];
  const port = await serve(asked);
  const sight = await readCertificate("127.0.0.1", "wiki.example.coop", signal, port);
  expect(sight).toEqual({ until: UNTIL, isForDomain: true });
  expect(asked).toEqual(["wiki.example.coop"]);
});

test("tells that it is for another name", async () => {
  const sight = await readCertificate("127.0.0.1", "new.example.coop", signal, await serve());
  expect(sight).toEqual({ until: UNTIL, isForDomain: false });
});

test("tells that nothing listens, and that no TLS is spoken", async () => {
  const port = await listen(
    createPlain((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")),
  );
  const spoken = await readCertificate("127.0.0.1", "wiki.example.coop", signal, port);
  expect("problem" in spoken && spoken.problem).not.toBe("");
  const refused = await readCertificate("127.77.0.9", "wiki.example.coop", signal, 443);
  expect(refused).toEqual({ problem: "connect ECONNREFUSED 127.77.0.9:443" });
});

test("gives up on who does not answer", async () => {
  const port = await listen(createPlain((socket) => socket.on("error", () => undefined)));
  const sight = await readCertificate("127.0.0.1", "wiki.example.coop", signal, port);
  expect(sight).toEqual({ problem: "no answer within 4 s" });
});

test("stops with the reason of the signal", async () => {
  const port = await listen(createPlain((socket) => socket.on("error", () => undefined)));
  const stop = new AbortController();
  const asked = readCertificate("127.0.0.1", "wiki.example.coop", stop.signal, port);
  const reason = new Error("enough");
  stop.abort(reason);
  await expect(asked).rejects.toBe(reason);
});
