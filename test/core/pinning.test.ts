// Which digest an image is pinned to.
import { describe, expect, it } from "vitest";
import { digestsFor } from "../../src/core/pinning.ts";
import { digest, service, stackState } from "./planning-input.ts";

describe("digests", () => {
  const wanted = stackState([service({ image: "w:1" }), service({ name: "db", image: "db:1" })]);
  it("come from the registry, or else from what runs", () => {
    const live = stackState([service({ image: "w:1", digest: digest(7) })]);
    const looks = {
      "w:1": { kind: "unreachable", problem: "x" },
      "db:1": { kind: "found", digest: digest(3) },
    } as const;
    expect(digestsFor(wanted, looks, live)).toEqual({ "w:1": digest(7), "db:1": digest(3) });
    expect(digestsFor(wanted, looks, undefined)).toEqual({ "db:1": digest(3) });
  });
});
