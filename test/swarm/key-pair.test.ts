// moot's own keys can be read back by whoever reads OpenSSH's.
import ssh2 from "ssh2";
import { expect, test } from "vitest";
import { makeKeyPair } from "../../src/swarm/key-pair.ts";

/** ssh2's own ed25519 keys cannot be read three times in a thousand; so many are tried here. */
const MANY = 3_000;

test("every key can be read, and signs what its public half vouches for", () => {
  for (let made = 0; made < MANY; made += 1) {
    const { publicKey, privateKey } = makeKeyPair("moot");
    const key = ssh2.utils.parseKey(privateKey);
    if (key instanceof Error) throw key;
    const line = `${key.type} ${key.getPublicSSH().toString("base64")} ${key.comment}`;
    expect(line).toBe(publicKey);
    if (made % 100 === 0) expect(key.verify("words", key.sign("words"))).toBe(true);
  }
});

test("no two are the same", () => {
  expect(makeKeyPair("moot").privateKey).not.toBe(makeKeyPair("moot").privateKey);
});
