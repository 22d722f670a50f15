// Opens everything moot remembers, in one file.
import type { Ledger } from "../src/core/ledger.ts";
import { openAbsences } from "./absences.ts";
import { openApprovals } from "./approvals.ts";
import { openAudit } from "./audit.ts";
import { openBackups } from "./backups.ts";
import { openDatabase } from "./database.ts";
import { openDeployments } from "./deployments.ts";
import { openDrifts } from "./drifts.ts";
import { openDrills } from "./drills.ts";
import { openErrands } from "./errands.ts";
import { openFacts } from "./facts.ts";
import { openGrants } from "./grants.ts";
import { openBreakglasses, openHolds } from "./holds.ts";
import { openInbox } from "./inbox.ts";
import { openJobs } from "./jobs.ts";
import { openLooks } from "./looks.ts";
import { migrate } from "./migrate.ts";
import { openOutbox } from "./outbox.ts";
import { openAddedRecipes } from "./recipes.ts";
import { openServers } from "./servers.ts";
import { openTroubles } from "./troubles.ts";
import { openTurns } from "./turns.ts";
import { openUpdates } from "./updates.ts";
import { openSelfBackups, openUpkeeps } from "./upkeeps.ts";

/** Makes the file if there is none. Throws Refusal `database-unusable` or `disk-full`; so does every use of it. */
export function openLedger(path: string): Ledger {
  const database = openDatabase(path);
  try {
    migrate(database, path);
    return {
      inbox: openInbox(database),
      outbox: openOutbox(database),
      jobs: openJobs(database),
      deployments: openDeployments(database),
      backups: openBackups(database),
      drills: openDrills(database),
      turns: openTurns(database),
      upkeeps: openUpkeeps(database),
      selfBackups: openSelfBackups(database),
      approvals: openApprovals(database),
      holds: openHolds(database),
      breakglasses: openBreakglasses(database),
      grants: openGrants(database),
      absences: openAbsences(database),
      recipes: openAddedRecipes(database),
      audit: openAudit(database),
      servers: openServers(database),
      errands: openErrands(database),
      drifts: openDrifts(database),
      troubles: openTroubles(database),
      updates: openUpdates(database),
      looks: openLooks(database),
      facts: openFacts(database),
      together: (act) => database.together(act),
      copyTo: (copy) => database.copyTo(copy),
      close: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
