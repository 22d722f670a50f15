// Reads until when the certificate is good that a server shows for a domain.
import { isIP } from "node:net";
import { checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from "node:tls";
import type { CertificateSight } from "../core/certificates.ts";
import { causeOf } from "../core/errno.ts";

/** Milliseconds. */
const DEADLINE = 4_000;
const PORT = 443;

/** `address`: where the server is, whatever DNS says of the domain. Nothing is sent over the connection. */
export async function readCertificate(
  address: string,
  domain: string,
  signal: AbortSignal,
  port = PORT,
): Promise<CertificateSight> {
  const late = AbortSignal.timeout(DEADLINE);
  try {
    return sightOf(
      domain,
      await shownBy({ address, domain, port }, AbortSignal.any([signal, late])),
    );
  } catch (error) {
    signal.throwIfAborted();
    return { problem: late.aborted ? `no answer within ${DEADLINE / 1000} s` : causeOf(error) };
  }
}

async function shownBy(
  {
    address,
    domain,
    port,
  }: { readonly address: string; readonly domain: string; readonly port: number },
  signal: AbortSignal,
): Promise<PeerCertificate> {
  const shown = Promise.withResolvers<PeerCertificate>();
  const socket: TLSSocket = connect({
    host: address,
    port,
    ...(isIP(domain) === 0 && { servername: domain }),
    // Only its date is read: one that has ended must be told, not refused.
    rejectUnauthorized: false,
  });
  const stop = (): void => void socket.destroy(new Error("it was given up"));
  signal.addEventListener("abort", stop, { once: true });
  socket.once("error", shown.reject);
  socket.once("secureConnect", () => shown.resolve(socket.getPeerCertificate()));
  try {
    return await shown.promise;
  } finally {
    signal.removeEventListener("abort", stop);
    socket.on("error", () => undefined).destroy();
  }
}

function sightOf(domain: string, certificate: PeerCertificate): CertificateSight {
  const until = Date.parse(certificate.valid_to);
  if (Number.isNaN(until)) return { problem: "it showed no certificate" };
  return { until, isForDomain: checkServerIdentity(domain, certificate) === undefined };
}
