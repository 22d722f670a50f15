// Approvals and votes are kept as they were said, and what has ended stays as it is.
import { expect, test } from "vitest";
import type { Approval } from "../../src/core/approval.ts";
import type { Ledger, NewApproval } from "../../src/core/ledger.ts";
import type { PlanRequest } from "../../src/core/request.ts";
import { opened } from "./opened.ts";
import { ana, bea, eventNamed, ops, plan } from "./samples.ts";

const { app, server } = plan;
const command = eventNamed("command");
const cast = eventNamed("vote");

const asked: NewApproval = {
  proposal: {
    kind: "plan",
    request: { kind: "deploy", app, isChaos: false, settings: [["A", "b"]] },
    plan,
  },
  permission: "deploy",
  tier: "danger",
  server,
  app,
  room: ops,
  command,
  by: ana,
  isApprentice: false,
  expiresAt: 1000,
};

function open(ledger: Ledger): Approval {
  return ledger.approvals.open(asked, 1);
}

function vote(ledger: Ledger, { id }: Approval, event = cast): boolean {
  return ledger.approvals.vote(id, { by: bea, kind: "yes", how: "reaction", event, at: 2 });
}

test.each<PlanRequest>([
  { kind: "upgrade", app, version: "2.0.0+2" },
  { kind: "rollback", app },
  { kind: "undeploy", app },
  { kind: "remove", app },
  { kind: "restart", app, service: "db" },
  { kind: "run", app, words: ["db", "set_admin", "ana"], seconds: 60 },
])("what asks to $kind comes back as it was asked", (request) => {
  const proposal = { kind: "plan", request, plan } as const;
  expect(opened().approvals.open({ ...asked, proposal }, 1)).toMatchObject({ proposal });
});

test("an approval comes back as it was asked, with the votes that stand", () => {
  const ledger = opened();
  const approval = open(ledger);
  expect(approval).toMatchObject({ ...asked, state: "open", openedAt: 1, votes: [] });
  expect(vote(ledger, approval)).toBe(true);
  expect(ledger.approvals.standing()).toMatchObject([{ id: approval.id, votes: [{ by: bea }] }]);
  expect(ledger.approvals.countStanding()).toBe(1);
  expect(ledger.approvals.ofCommand(command)?.id).toBe(approval.id);
});

test("one that has ended is counted no more", () => {
  const ledger = opened();
  expect(ledger.approvals.countStanding()).toBe(0);
  const approval = open(ledger);
  ledger.approvals.open({ ...asked, command: eventNamed("other") }, 2);
  ledger.approvals.end(approval.id, "expired", 3, {});
  expect(ledger.approvals.countStanding()).toBe(1);
});

test("one event is one vote, and can be taken back", () => {
  const ledger = opened();
  const approval = open(ledger);
  expect([vote(ledger, approval), vote(ledger, approval)]).toEqual([true, false]);
  const [found] = ledger.approvals.votesBy(cast);
  expect(found).toMatchObject({ approval: approval.id, vote: { by: bea, kind: "yes" } });
  ledger.approvals.takeBack(found?.vote.id ?? 0, 3);
  expect(ledger.approvals.get(approval.id)?.votes).toEqual([]);
  expect(ledger.approvals.votesBy(cast)).toEqual([]);
});

test("what has ended takes no vote, gives none back and does not end again", () => {
  const ledger = opened();
  const approval = open(ledger);
  vote(ledger, approval);
  const number = ledger.approvals.votesBy(cast)[0]?.vote.id ?? 0;
  expect(ledger.approvals.end(approval.id, "approved", 5, { job: 7 })).toBe(true);
  expect(ledger.approvals.end(approval.id, "expired", 6, {})).toBe(false);
  expect(vote(ledger, approval, eventNamed("late"))).toBe(false);
  expect(() => {
    ledger.approvals.takeBack(number, 6);
  }).toThrow("does not change");
  expect(ledger.approvals.votesBy(cast)).toEqual([]);
  const ended = ledger.approvals.get(approval.id);
  expect(ended).toMatchObject({ state: "approved", endedAt: 5, outcome: { job: 7 } });
});

test("a command asks one thing at a time, and anew when that has ended", () => {
  const ledger = opened();
  const { id } = open(ledger);
  expect(() => open(ledger)).toThrow("UNIQUE");
  ledger.approvals.end(id, "lapsed", 2, { reason: "it moved" });
  expect(open(ledger).id).toBe(id + 1);
});

test("a hold stands until it is lifted, once, or its time is over", () => {
  const { holds } = opened();
  const lasting = holds.add({ target: app, by: ana, reason: "migrating", at: 1 });
  const short = holds.add({ target: app, by: bea, reason: "lunch", at: 1, until: 10 });
  expect(holds.standing(9)).toEqual([lasting, short]);
  expect(holds.standing(10)).toEqual([lasting]);
  expect([holds.lift(lasting.id, bea, 11), holds.lift(lasting.id, bea, 12)]).toEqual([true, false]);
  expect(holds.standing(12)).toEqual([]);
  expect(holds.get(lasting.id)).toEqual(lasting);
});

test("acting alone is over at its time, and reviewed when others have looked", () => {
  const { breakglasses } = opened();
  const alone = breakglasses.add({ app, server, by: ana, reason: "it burns", at: 1, until: 20 });
  expect(breakglasses.standing(19)).toEqual([alone]);
  expect(breakglasses.standing(20)).toEqual([]);
  breakglasses.reviewed(alone.id, 30);
  expect(breakglasses.get(alone.id)).toEqual({ ...alone, reviewedAt: 30 });
});
