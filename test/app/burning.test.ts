// A secret that is typed in a room is refused, called burnt, taken away if moot may, and kept nowhere.
import { expect, test, vi } from "vitest";
import { TryLater } from "../../src/core/chat.ts";
import { isEventId, type EventId } from "../../src/core/ids.ts";
import { named } from "../named.ts";
import { ANA, STRANGER } from "./desk.ts";
import { openVillage, textOf, told, WIKI, ENV, type Village } from "./village.ts";

const VALUE = "hunter2-and-more";

function redactions({ desk }: Village): readonly EventId[] {
  return desk.chat.said.flatMap(({ outgoing }) =>
    outgoing.kind === "redaction" ? [outgoing.target] : [],
  );
}

function kept({ desk: { ledger, chat, log } }: Village, event: EventId): string {
  const { inbox, audit, jobs, approvals } = ledger;
  const said = chat.said.map(({ outgoing }) => outgoing);
  const rows = [inbox.message(event), audit.recent(99), jobs.recent(9), approvals.standing()];
  return `${JSON.stringify([...rows, said])}${log.text()}`;
}

test.each([
  ["config", `!config ${WIKI} SMTP_PASSWORD=${VALUE}`, "SMTP_PASSWORD"],
  ["deploy", `!deploy ${WIKI} SMTP_PASSWORD='${VALUE}'`, "SMTP_PASSWORD"],
  ["a quote that is never closed", `!config ${WIKI} SMTP_PASSWORD="${VALUE}`, "SMTP_PASSWORD"],
  ["insert", `!secrets ${WIKI} insert token ${VALUE}`, "token"],
  ["insert, with its words in another order", `!secrets insert ${WIKI} token ${VALUE}`, "token"],
  ["rotate", `!secrets ${WIKI} rotate token ${VALUE}`, "token"],
])("by %s", async (_what, typed, what) => {
  await using village = await openVillage();
  const { chat } = village.desk;
  const event = chat.say(ANA, typed);
  const { body } = await chat.waitFor("it is burnt. Make another.");
  expect(body).toContain(`The value of ${what} has been seen by the room and its server`);
  expect(body).toContain("!secrets APP insert NAME");
  await vi.waitFor(() => {
    expect(redactions(village)).toEqual([event]);
  }, 10_000);
  expect(chat.seen().map((one) => one.event)).not.toContain(event);
  expect(await textOf(village)).toBe(ENV);
  expect(village.host.secrets.size).toBe(0);
  expect(kept(village, event)).not.toContain(VALUE);
  expect(village.desk.ledger.inbox.message(event)?.body).toContain("****");
});

test("a room in which moot may remove nothing is told to do it itself", async () => {
  await using village = await openVillage();
  const { chat } = village.desk;
  const send = chat.send.bind(chat);
  chat.send = async (outgoing, txn, signal) => {
    if (outgoing.kind === "redaction") throw new Error("the homeserver answered 403 M_FORBIDDEN");
    return send(outgoing, txn, signal);
  };
  chat.say(ANA, `!config ${WIKI} SMTP_PASSWORD=${VALUE}`);
  await chat.waitFor("moot may not remove the message above");
  expect(redactions(village)).toEqual([]);
});

test("a homeserver that is away is asked again, and once", async () => {
  await using village = await openVillage();
  const { chat } = village.desk;
  const send = chat.send.bind(chat);
  let tries = 0;
  chat.send = async (outgoing, txn, signal) => {
    if (outgoing.kind === "redaction" && (tries += 1) === 1) throw new TryLater("away", 10);
    return send(outgoing, txn, signal);
  };
  const event = chat.say(ANA, `!config ${WIKI} SMTP_PASSWORD=${VALUE}`);
  await vi.waitFor(() => {
    expect(redactions(village)).toEqual([event]);
  }, 10_000);
  expect(tries).toBe(2);
});

test("one that came while moot was away is not left for later", async () => {
  await using village = await openVillage();
  const { chat } = village.desk;
  const at = Date.now() - 3_600_000;
  const [room] = chat.rooms;
  const late = named(isEventId, "$late");
  const body = `!config ${WIKI} SMTP_PASSWORD=${VALUE}`;
  chat.arrive({ kind: "message", room, event: late, sender: ANA, at, body });
  await chat.waitFor("it is burnt");
  expect(told(village)).not.toContain("while moot was away");
});

test("a terminal has nothing to take away", async () => {
  await using village = await openVillage();
  const { chat } = village.desk;
  chat.redacts = false;
  chat.say(ANA, `!config ${WIKI} SMTP_PASSWORD=${VALUE}`);
  await chat.waitFor("it is burnt");
  expect(redactions(village)).toEqual([]);
});

test("who is no member is refused as ever, and what they typed is written down without the value", async () => {
  await using village = await openVillage();
  const { chat, ledger } = village.desk;
  chat.say(STRANGER, `!secrets ${WIKI} insert token ${VALUE}`);
  await chat.waitFor("too many words");
  expect(JSON.stringify(ledger.audit.recent(9))).not.toContain(VALUE);
  expect(redactions(village)).toEqual([]);
});
