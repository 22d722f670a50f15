// npm run bench: measures moot beside what people use today, in one run, and prints what holds.
import { parseArgs } from "node:util";
import { measureAnswer } from "./answer.ts";
import { measureDeploy } from "./deploy.ts";
import { measureEncrypted } from "./encrypted.ts";
import { Ground } from "./ground.ts";
import { measureMemory } from "./memory.ts";
import { measureOutage } from "./outage.ts";
import { rowOf, tableOf, type Measured, type Row } from "./row.ts";
import { measureStart } from "./start.ts";
import { measureStatus } from "./status.ts";
import { measureUpdates } from "./updates.ts";

type Measure = (ground: Ground) => Promise<readonly Measured[]>;

const MEASURES: Readonly<Record<string, Measure>> = {
  outage: measureOutage,
  start: measureStart,
  answer: measureAnswer,
  encrypted: measureEncrypted,
  status: measureStatus,
  memory: measureMemory,
  updates: measureUpdates,
  deploy: measureDeploy,
};

const say = (line: string): void => void process.stderr.write(`bench: ${line}\n`);

const { values } = parseArgs({
  options: { json: { type: "boolean" }, only: { type: "string", multiple: true } },
});
const rows = await measureAll(values.only ?? Object.keys(MEASURES));
process.stdout.write(
  values.json === true ? `${JSON.stringify(rows, undefined, 2)}\n` : tableOf(rows),
);

async function measureAll(names: readonly string[]): Promise<readonly Row[]> {
  const measures = names.map((name) => [name, measureOf(name)] as const);
  await using ground = new Ground(say);
  const rows: Row[] = [];
  for (const [name, measure] of measures) {
    say(`measuring ${name} …`);
    rows.push(...(await measure(ground)).map(rowOf));
  }
  return rows;
}

function measureOf(name: string): Measure {
  const measure = MEASURES[name];
  if (measure !== undefined) return measure;
  throw new Error(`there is no row ${name}; there are ${Object.keys(MEASURES).join(", ")}`);
}
