// Addresses of domains, as far as they can be told without a network.
import { describe, expect, it } from "vitest";
import { openNames } from "../../src/catalogue/names.ts";

const { signal } = new AbortController();
const names = openNames(3_000);

describe("a name", () => {
  it.each(["localhost", "hello.localhost", "a.b.LOCALHOST"])("%s is this machine", async (name) => {
    expect(await names.addresses(name, signal)).toEqual(["127.0.0.1", "::1"]);
  });

  it.each(["127.0.0.1", "::1", "10.78.0.11"])("%s is its own address", async (address) => {
    expect(await names.addresses(address, signal)).toEqual([address]);
  });

  it("that nobody knows has no address", async () => {
    expect(await names.addresses("nobody.invalid", signal)).toEqual([]);
  });

  it("that is not answered for in time has no address", async () => {
    expect(await openNames(1).addresses("nobody.invalid", signal)).toEqual([]);
  });

  it("is not asked for after a cancel", async () => {
    const stopped = AbortSignal.abort(new Error("cancelled"));
    await expect(names.addresses("localhost", stopped)).rejects.toThrow("cancelled");
  });
});
