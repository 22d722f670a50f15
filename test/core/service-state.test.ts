// What of the host a service gets is seen, however it is spelt.
import { expect, it } from "vitest";
import { isStackName } from "../../src/core/ids.ts";
import { stateOf } from "../../src/core/service-state.ts";
import type { Mount } from "../../src/core/spec.ts";
import { named } from "../named.ts";

const stack = named(isStackName, "wiki");
const bindsOf = (mount: Mount): readonly string[] =>
  stateOf({ Name: "wiki_app", TaskTemplate: { ContainerSpec: { Mounts: [mount] } } }, stack).binds;
const made = (Options: Readonly<Record<string, string>>): Mount => ({
  Type: "volume",
  Source: "wiki_data",
  Target: "/data",
  VolumeOptions: { DriverConfig: { Name: "local", Options } },
});

it.each<[string, Mount, readonly string[]]>([
  ["a bind", { Type: "bind", Source: "/srv", Target: "/data" }, ["/srv"]],
  ["a volume that is a bind in disguise", made({ type: "none", o: "bind", device: "/" }), ["/"]],
  ["a volume that is a disk", made({ type: "ext4", device: "/dev/sda1" }), ["/dev/sda1"]],
  ["a volume on another machine", made({ type: "nfs", o: "addr=192.0.2.1", device: ":/x" }), []],
  ["a volume in memory", made({ type: "tmpfs", device: "tmpfs" }), []],
  ["a plain volume", { Type: "volume", Source: "wiki_data", Target: "/data" }, []],
])("tells the paths of the host in %s", (_, mount, binds) => {
  expect(bindsOf(mount)).toEqual(binds);
});
