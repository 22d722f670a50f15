// A process that records and settles events until it is killed, and says which of them the ledger has acknowledged.
import { openLedger } from "../../storage/ledger.ts";
import { eventNamed, said, typed } from "./samples.ts";

const ledger = openLedger(process.argv[2] ?? "");
for (let count = 0; ; count++) {
  const name = `e${count}`;
  ledger.inbox.record([typed(name)], count);
  process.stdout.write(`recorded ${name}\n`);
  ledger.together(() => {
    ledger.inbox.settle(eventNamed(name), count);
    ledger.outbox.post(name, said(name), count);
  });
  process.stdout.write(`settled ${name}\n`);
}
