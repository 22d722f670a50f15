// Writes homeserver.yaml for a Synapse that speaks to clients on this machine alone.

/** What a client may ask for in how much time: as Synapse ships it, or so much that no test meets it. */
export type Limits = "default" | "raised";

/** The file's text; paths are those inside the root file system, where the data folder is /data. */
export function homeserverConfig(
  serverName: string,
  port: number,
  secret: string,
  limits: Limits,
): string {
  const config = {
    server_name: serverName,
    public_baseurl: `http://127.0.0.1:${String(port)}/`,
    listeners: [
      {
        port,
        type: "http",
        tls: false,
        bind_addresses: ["127.0.0.1"],
        resources: [{ names: ["client"], compress: false }],
      },
    ],
    database: { name: "sqlite3", args: { database: "/data/homeserver.db" } },
    media_store_path: "/data/media",
    signing_key_path: "/data/signing.key",
    registration_shared_secret: secret,
    macaroon_secret_key: secret,
    form_secret: secret,
    bcrypt_rounds: 4,
    trusted_key_servers: [],
    suppress_key_server_warning: true,
    federation_domain_whitelist: [],
    presence: { enabled: false },
    report_stats: false,
    ...(limits === "raised" ? raised : {}),
  };
  // JSON is YAML.
  return `${JSON.stringify(config, undefined, 2)}\n`;
}

const plenty = { per_second: 10_000, burst_count: 10_000 };

const raised = {
  rc_message: plenty,
  rc_registration: plenty,
  rc_login: { address: plenty, account: plenty, failed_attempts: plenty },
  rc_admin_redaction: plenty,
  rc_joins: { local: plenty, remote: plenty },
  rc_joins_per_room: plenty,
  rc_invites: { per_room: plenty, per_user: plenty, per_issuer: plenty },
  rc_room_creation: plenty,
  rc_media_create: plenty,
  rc_key_requests: plenty,
};
