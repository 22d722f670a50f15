// The list of apps.
import type { AppSight } from "../core/command.ts";
import { table, text, type Doc } from "../core/doc.ts";

export function appsDoc(apps: readonly AppSight[]): Doc {
  if (apps.length === 0) {
    return [text(["No app fits. Type ", { code: "!deploy RECIPE DOMAIN" }, " to make one."])];
  }
  const rows = apps.map((app) => [
    app.file.app,
    app.file.server,
    app.recipe,
    app.pinned ?? "",
    deployed(app),
  ]);
  return [table(["app", "server", "recipe", "in its env file", "deployed"], rows)];
}

function deployed(app: AppSight): string {
  if (app.problem !== undefined) return "unknown: the server does not answer";
  return app.deployed ?? (app.services.length > 0 ? "yes, no version label" : "no");
}
