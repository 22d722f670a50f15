// One of each thing that a plan of a restore may say.
import { isServerName } from "../../src/core/ids.ts";
import type { RestoreMatter } from "../../src/core/restore.ts";
import { named } from "../named.ts";

const alpha = named(isServerName, "alpha.example.coop");

export const RESTORE_MATTERS: readonly RestoreMatter[] = [
  { kind: "safety", volumes: ["v"] },
  { kind: "unjudged", snapshot: "abc" },
  { kind: "not-counted", faults: [{ kind: "stopped", problem: "p" }] },
  { kind: "other-version", then: "1.0.0+1", now: "2.0.0+2" },
  { kind: "other-env", keys: ["K"] },
  { kind: "rotated", app: "wiki.one.test", secrets: ["s"], snapshot: "abc" },
  { kind: "stays", volumes: ["w"] },
  { kind: "runs-on", services: ["app"] },
  { kind: "hook-skipped", services: ["db"] },
  { kind: "nothing-loads", volumes: ["v"] },
  { kind: "stays-down" },
  {
    kind: "new-home",
    domain: "wiki.example.coop",
    from: alpha,
    server: alpha,
    addresses: ["192.0.2.1"],
    hasRepository: false,
  },
];
