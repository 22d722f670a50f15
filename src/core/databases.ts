// Which services keep a copy of a secret inside their data, so that another value outside does not change the one inside.
import type { ServiceState, StackState } from "./state.ts";

// A guess by names, in this one place: no compose file says it.
const IMAGES =
  /(?:^|[/_-])(?:postgres|postgresql|postgis|pgvector|timescaledb|cockroach|mariadb|mysql|percona|mongo|mongodb|couchdb|redis|valkey|keydb|influxdb|clickhouse|clickhouse-server|neo4j)(?=$|[:@/_-])/i;
const NAMES = /^(?:db|database|postgres|postgresql|pg|mariadb|mysql|mongo|mongodb|redis)$/i;
const VOLUMES = /(?:postgres|mariadb|mysql|mongo|redis|pgdata)/i;

/** The services that look like a database and use one of the secrets. */
export function databasesUsing(
  { services }: Pick<StackState, "services">,
  secrets: readonly string[],
): readonly string[] {
  return services
    .filter((service) => service.secrets.some((name) => secrets.includes(name)))
    .filter(isDatabase)
    .map(({ name }) => name)
    .toSorted();
}

export function isDatabase({ name, image, volumes }: ServiceState): boolean {
  if (IMAGES.test(image)) return true;
  return volumes.length > 0 && (NAMES.test(name) || volumes.some((one) => VOLUMES.test(one)));
}
