// Reads where a machine is reached by SSH: `user@host` or `user@host:port`.

export interface Login {
  readonly user: string;
  readonly host: string;
  readonly port: number;
}

const SSH =
  /^(?<user>[a-z_][\w.-]*)@(?<host>[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9a-f:]+\])(?::(?<port>\d{1,5}))?$/;

export const SSH_FORM = "user@host or user@host:port, such as deploy@alpha.example.coop:22";

/** Undefined where it is no such address. */
export function parseLogin(written: string): Login | undefined {
  const { user = "", host = "", port = "22" } = SSH.exec(written)?.groups ?? {};
  if (user === "" || !isPort(port)) return undefined;
  return { user, host: host.replace(/^\[|\]$/g, ""), port: Number(port) };
}

/** As it is typed; the port only where it is not SSH's own. */
export function loginText({ user, host, port }: Login): string {
  const place = host.includes(":") ? `[${host}]` : host;
  return port === 22 ? `${user}@${place}` : `${user}@${place}:${port}`;
}

export function isPort(written: string): boolean {
  return Number(written) >= 1 && Number(written) <= 65_535;
}
