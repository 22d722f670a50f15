// Knows the addresses that lead into somebody's own network rather than to the public one.
import { BlockList, isIP } from "node:net";

const V4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const;

// Besides the private ones: NAT64 and 6to4, which carry an IPv4 address inside.
const V6 = [
  ["::", 96],
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 9],
  ["ff00::", 8],
] as const;

const ranges = new BlockList();
for (const [net, bits] of V4) ranges.addSubnet(net, bits, "ipv4");
for (const [net, bits] of V6) ranges.addSubnet(net, bits, "ipv6");

/** True for private, loopback, link-local and multicast ranges, and for what is no address at all. */
export function isPrivate(address: string): boolean {
  const family = isIP(address);
  return family === 0 || ranges.check(address, family === 4 ? "ipv4" : "ipv6");
}
