// A shown host key is pinned, unknown or changed, and told as people compare it.
import { expect, test } from "vitest";
import { fingerprint, judgeKey, keyAlgorithms, keyLine } from "../../src/swarm/host-keys.ts";

// The fingerprint is what `ssh-keygen -l` says of this key.
const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILcVjoONAVuiMm0gVAZGQducOaVx0dzlgrsnk5SYeTl+";
const BLOB = Buffer.from(KEY.split(" ")[1] ?? "", "base64");
const OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJL3WHSOMo0ikVQJ2Cnztl/lltadoFUceg1SXobkGNh6";

test("the bytes on the wire become the line of a key file", () => {
  expect(keyLine(BLOB)).toBe(KEY);
});

test("the fingerprint is ssh-keygen's", () => {
  expect(fingerprint(KEY)).toBe("SHA256:Wm4875ClceJ23YNfPrQBstPrYt4CpAjFYBUSR5AHDTE");
});

test("a pinned key is known with or without its comment", () => {
  expect(judgeKey([OTHER, `${KEY} root@alpha`], BLOB)).toEqual({ kind: "pinned" });
});

test("a key is unknown where none is pinned, and changed where another is", () => {
  expect(judgeKey([], BLOB)).toEqual({ kind: "unknown", found: KEY });
  expect(judgeKey([OTHER], BLOB)).toEqual({ kind: "changed", found: KEY });
});

test("the same key under another type is not the pinned one", () => {
  expect(judgeKey([KEY.replace("ssh-ed25519", "ssh-rsa")], BLOB).kind).toBe("changed");
});

test("pinned types are asked for first, RSA by its signatures of today", () => {
  expect(keyAlgorithms([])[0]).toBe("ssh-ed25519");
  expect(keyAlgorithms(["ssh-rsa AAAA"]).slice(0, 3)).toEqual([
    "rsa-sha2-512",
    "rsa-sha2-256",
    "ssh-ed25519",
  ]);
  expect(keyAlgorithms(["ecdsa-sha2-nistp521 AAAA"])[0]).toBe("ecdsa-sha2-nistp521");
});
