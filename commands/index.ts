// The table of commands, in the order of !help.
import type { Command } from "../src/core/command.ts";
import { approve } from "./approve.ts";
import { apps } from "./apps.ts";
import { audit } from "./audit.ts";
import { away } from "./away.ts";
import { backup } from "./backup.ts";
import { backups } from "./backups.ts";
import { breakglass } from "./breakglass.ts";
import { cancel } from "./cancel.ts";
import { config } from "./config.ts";
import { check } from "./check.ts";
import { deploy } from "./deploy.ts";
import { drill } from "./drill.ts";
import { grant } from "./grant.ts";
import { help } from "./help.ts";
import { hold } from "./hold.ts";
import { jobs } from "./jobs.ts";
import { logs } from "./logs.ts";
import { move } from "./move.ts";
import { plan } from "./plan.ts";
import { ps } from "./ps.ts";
import { recipes } from "./recipes.ts";
import { reject } from "./reject.ts";
import { remove } from "./remove.ts";
import { restart } from "./restart.ts";
import { restore } from "./restore.ts";
import { revoke } from "./revoke.ts";
import { rollback } from "./rollback.ts";
import { roles } from "./roles.ts";
import { run } from "./run.ts";
import { secrets } from "./secrets.ts";
import { servers } from "./servers.ts";
import { skip } from "./skip.ts";
import { snooze } from "./snooze.ts";
import { status } from "./status.ts";
import { trust } from "./trust.ts";
import { undeploy } from "./undeploy.ts";
import { unhold } from "./unhold.ts";
import { updates } from "./updates.ts";
import { upgrade } from "./upgrade.ts";
import { whoami } from "./whoami.ts";

export const COMMANDS: readonly Command[] = [
  help,
  whoami,
  status,
  servers,
  apps,
  recipes,
  plan,
  deploy,
  upgrade,
  rollback,
  updates,
  skip,
  snooze,
  backup,
  backups,
  restore,
  drill,
  move,
  restart,
  undeploy,
  remove,
  run,
  config,
  secrets,
  check,
  ps,
  logs,
  hold,
  unhold,
  breakglass,
  away,
  approve,
  reject,
  jobs,
  cancel,
  roles,
  grant,
  revoke,
  trust,
  audit,
];
