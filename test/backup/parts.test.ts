// How restic is told where a repository is and what to keep: no secret in a word that others can see.
import { expect, test } from "vitest";
import { daysOf } from "../../src/backup/keeping.ts";
import { linesTo } from "../../src/backup/lines.ts";
import { placeOf } from "../../src/backup/place.ts";

test.each([
  ["7d", "7d"],
  ["5w", "35d"],
  ["2w3d", "17d"],
  ["12m", "12m"],
  ["1y6m1w", "1y6m7d"],
  ["36h", "36h"],
  ["1w12h", "7d12h"],
])("%s is %s to restic, which knows no weeks", (span, days) => {
  expect(daysOf(span)).toBe(days);
});

test("a line is told when it is whole, whatever pieces it came in", () => {
  const told: string[] = [];
  const lines = linesTo((line) => told.push(line));
  const bytes = Buffer.from("eins\nzwölf\nlast");
  for (const byte of bytes) lines.add(Uint8Array.of(byte));
  expect(told).toEqual(["eins", "zwölf"]);
  lines.end();
  lines.end();
  expect(told).toEqual(["eins", "zwölf", "last"]);
});

const SECRETS = ["repository-password", "login-password", "PRIVATE KEY"];

test("every secret stands in a file that its owner alone may read", () => {
  const login = { user: "a@b", password: () => "login-password" };
  const places = [
    { url: "rest:https://vault.example.coop/alpha", login },
    {
      url: "sftp:moot@vault.example.coop:/srv",
      key: () => "PRIVATE KEY",
      hostKeys: ["ssh-x AAAA"],
    },
    { url: "/srv/moot" },
  ].map((access) =>
    placeOf({ access, password: "repository-password", folder: "/f", isInContainer: true }),
  );
  for (const { words, files } of places) {
    for (const secret of SECRETS) expect(words.join(" ")).not.toContain(secret);
    expect(files.every(({ mode }) => mode === 0o600)).toBe(true);
  }
  const [rest, sftp, folder] = places;
  const contentOf = (place: typeof rest, name: string): unknown =>
    place?.files.find(({ path }) => path === `/f/${name}`)?.content;
  expect(contentOf(rest, "repository")).toBe(
    "rest:https://a%40b:login-password@vault.example.coop/alpha",
  );
  expect(contentOf(sftp, "key")).toBe("PRIVATE KEY\n");
  expect(contentOf(sftp, "known_hosts")).toBe("* ssh-x AAAA\n");
  expect(contentOf(sftp, "ssh_config")).toContain("StrictHostKeyChecking yes");
  expect(contentOf(folder, "repository")).toBe("/moot/repository");
  expect(folder?.mounts).toEqual([
    { kind: "folder", source: "/srv/moot", target: "/moot/repository", isWritable: true },
  ]);
  expect(places.map(({ hasNetwork }) => hasNetwork)).toEqual([true, true, false]);
});
