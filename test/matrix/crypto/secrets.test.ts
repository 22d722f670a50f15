// Files, secrets and recovery keys are encrypted as the specification has them, and opened by what stands there.
import { createDecipheriv, createHash, randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { sealFile } from "../../../src/matrix/crypto/attachment.ts";
import { positionOf } from "../../../src/matrix/crypto/ciphertext.ts";
import {
  describeKey,
  formatRecoveryKey,
  idOf,
  parseRecoveryKey,
  seal,
  unseal,
} from "../../../src/matrix/crypto/secret-storage.ts";

describe("a recovery key", () => {
  test("is written as the specification writes it", () => {
    const written = formatRecoveryKey(Buffer.from(Array.from({ length: 32 }, (_, at) => at)));
    expect(written).toMatch(/^Es[a-zA-Z1-9]{2}(?: [a-zA-Z1-9]{4}){11}$/);
  });

  test("is read as it was written, also without its spaces", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const key = Buffer.from(bytes);
        const text = formatRecoveryKey(key);
        expect(parseRecoveryKey(text).equals(key)).toBe(true);
        expect(parseRecoveryKey(` ${text.replaceAll(" ", "")}\n`).equals(key)).toBe(true);
      }),
    );
  });

  test.each(["", "nonsense 0OIl", formatRecoveryKey(Buffer.alloc(32, 7)).replace("s", "t")])(
    "with a slip of the pen is refused: %s",
    (text) => {
      expect(() => parseRecoveryKey(text)).toThrow("homeserver");
    },
  );
});

test("a secret is opened by its key and under its name alone", () => {
  const [key, other] = [randomBytes(32), randomBytes(32)];
  const sealed = seal(key, "m.cross_signing.master", "seed");
  expect(unseal(key, "m.cross_signing.master", sealed)).toBe("seed");
  expect(unseal(other, "m.cross_signing.master", sealed)).toBeUndefined();
  expect(unseal(key, "m.cross_signing.user_signing", sealed)).toBeUndefined();
  const changed = { ...sealed, ciphertext: Buffer.from("feed").toString("base64") };
  expect(unseal(key, "m.cross_signing.master", changed)).toBeUndefined();
  expect(idOf(key)).toBe(idOf(key));
  expect(describeKey(key)).toMatchObject({ algorithm: "m.secret_storage.v1.aes-hmac-sha2" });
});

test("a file is opened with what its event says, and each has a key of its own", () => {
  const bytes = randomBytes(100_000);
  const { bytes: sealed, file } = sealFile(bytes);
  const { key, iv, hashes } = z
    .object({
      key: z.object({ k: z.string() }),
      iv: z.string(),
      hashes: z.object({ sha256: z.string() }),
    })
    .parse(file);
  const cipher = createDecipheriv(
    "aes-256-ctr",
    Buffer.from(key.k, "base64url"),
    Buffer.from(iv, "base64"),
  );
  expect(Buffer.concat([cipher.update(sealed), cipher.final()]).equals(bytes)).toBe(true);
  expect(`${hashes.sha256}=`).toBe(createHash("sha256").update(sealed).digest("base64"));
  expect(Buffer.from(iv, "base64").subarray(8).equals(Buffer.alloc(8))).toBe(true);
  expect(sealFile(bytes).file["key"]).not.toEqual(file["key"]);
});

describe("the place in a key", () => {
  const place = (...bytes: number[]): number | undefined => {
    const ciphertext = Buffer.from(bytes).toString("base64");
    return positionOf({ event_id: "$1", content: { session_id: "s", ciphertext } })?.position;
  };

  test("is read from outside, whatever its size", () => {
    expect(place(3, 8, 0, 18)).toBe(0);
    expect(place(3, 8, 127, 18)).toBe(127);
    expect(place(3, 8, 0x80, 1, 18)).toBe(128);
    expect(place(3, 8, 0xff, 0xff, 0xff, 0xff, 0x0f, 18)).toBe(2 ** 32 - 1);
  });

  test("is none where there is no such message", () => {
    expect(place()).toBeUndefined();
    expect(place(4, 8, 0)).toBeUndefined();
    expect(place(3, 18, 0)).toBeUndefined();
    expect(place(3, 8, 0xff, 0xff, 0xff, 0xff, 0xff, 1)).toBeUndefined();
    expect(positionOf({ content: { ciphertext: {} } })).toBeUndefined();
  });
});
