// Where servers and moot's own doors are: `user@host:port`, host keys, `host:port`.
import { isIPv4, isIPv6 } from "node:net";
import { z } from "zod";
import { isPort, parseLogin, SSH_FORM, type Login } from "../core/ssh-address.ts";
import { expected } from "./forms.ts";

export interface Listen {
  readonly host: string;
  readonly port: number;
}

export const login = z
  .string(expected(SSH_FORM))
  .transform((written, context): Login => parseLogin(written) ?? wrong(context, SSH_FORM));

const LISTEN_FORM = "host:port, such as 127.0.0.1:9464 or [::1]:9464";

export const listenAddress = z
  .string(expected(LISTEN_FORM))
  .transform((written, context): Listen => {
    const { host = "", port = "" } =
      /^\[?(?<host>.+?)\]?:(?<port>\d{1,5})$/.exec(written)?.groups ?? {};
    const isHost =
      host === "localhost" || isIPv4(host) || (isIPv6(host) && written.startsWith("["));
    return isHost && isPort(port) ? { host, port: Number(port) } : wrong(context, LISTEN_FORM);
  });

export function isLoopback({ host }: Listen): boolean {
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}

const KEY_TYPES = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "ssh-rsa",
];
const KEY_FORM =
  'a public host key in quotes, as ssh-keyscan prints it after the name: "ssh-ed25519 AAAA…"';

const hostKey = z
  .string(expected(KEY_FORM))
  .refine(isHostKey, expected(KEY_FORM))
  .transform((written) => written.trim().split(/\s+/).slice(0, 2).join(" "));

/** One key or several; each `type base64`, without its comment. */
export const hostKeys = z.union(
  [hostKey.transform((key): readonly string[] => [key]), z.array(hostKey).min(1).readonly()],
  expected(KEY_FORM),
);

/** The bytes name their type again: a key that was cut off or pasted wrong shows there. */
function isHostKey(written: string): boolean {
  const [type = "", base64 = ""] = written.trim().split(/\s+/);
  const bytes = Buffer.from(base64, "base64");
  if (!KEY_TYPES.includes(type) || bytes.toString("base64") !== base64 || bytes.length < 4)
    return false;
  const length = bytes.readUInt32BE(0);
  return bytes.subarray(4, 4 + length).toString("latin1") === type && bytes.length > 4 + length;
}

function wrong(context: z.RefinementCtx, form: string): never {
  context.addIssue({ code: "custom", message: `expected ${form}` });
  return z.NEVER;
}
