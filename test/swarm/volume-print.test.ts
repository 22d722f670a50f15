// The fingerprint of an archive that breaks off.
import { expect, test } from "vitest";
import { Refusal } from "../../src/core/errors.ts";
import { packTar } from "../../src/swarm/tar.ts";
import { fingerprintTar } from "../../src/swarm/volume-print.ts";

const WHOLE = packTar([{ path: "/data/note", content: "x".repeat(5_000) }]);

async function* parts(content: Uint8Array, error?: Error): AsyncGenerator<Uint8Array> {
  yield content;
  await Promise.resolve();
  if (error !== undefined) throw error;
}

test("an archive that is not whole is a refusal", async () => {
  const broken = fingerprintTar(parts(WHOLE.subarray(0, 2_000)));
  await expect(broken).rejects.toMatchObject({
    reason: { kind: "step-failed", step: "compare a volume" },
  });
});

test("what broke the archive is told, and not that it is broken", async () => {
  const problem = "the line dropped";
  const error = new Refusal({ kind: "step-failed", step: "read volume", problem });
  await expect(fingerprintTar(parts(WHOLE.subarray(0, 2_000), error))).rejects.toBe(error);
});
