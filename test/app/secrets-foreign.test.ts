// Secrets of another app are out of reach, whatever stack name an env file claims.
import { describe, expect, test } from "vitest";
import { answered, ENV, openVillage, WIKI, type Village } from "./village.ts";

async function refusedWith(village: Village, typed: string, words: string): Promise<string> {
  const before = new Map(village.host.secrets);
  const jobs = village.desk.ledger.jobs.recent(9).length;
  const body = await answered(village, typed, words);
  expect(village.host.secrets).toEqual(before);
  expect(village.desk.ledger.jobs.recent(9)).toHaveLength(jobs);
  expect(village.desk.ledger.approvals.standing()).toEqual([]);
  return body;
}

describe("under a stack name in the env file that another's secrets begin with", () => {
  const docs = "docs.example.coop";
  const theirs = "docs_example_coop_db_token_v1";
  const env = `${ENV}STACK_NAME=docs_example_coop_db\n`;

  test.each(["", "generate", "insert token", "remove token", "rotate token"])(
    "!secrets APP %s is refused",
    async (typed) => {
      const neighbours = { [docs]: ENV.replaceAll(WIKI, docs) };
      await using village = await openVillage({ env, neighbours, secrets: { [theirs]: "x" } });
      const command = `!secrets ${WIKI} ${typed}`.trim();
      await refusedWith(village, command, "belongs to docs_example_coop");
    },
  );

  test("a deploy does not mount them", async () => {
    const neighbours = { [docs]: ENV.replaceAll(WIKI, docs) };
    await using village = await openVillage({ env, neighbours, secrets: { [theirs]: "x" } });
    await refusedWith(village, `!deploy ${WIKI}`, "belongs to docs_example_coop");
    expect(village.host.written).toEqual([]);
  });
});
