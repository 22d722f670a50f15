// Volumes that tasks have moved away from, in words.
import { list, text, type Block, type Line } from "../core/doc.ts";
import type { Astray, VolumeSight } from "../core/volumes.ts";
import { listed, size } from "./phrases.ts";

/** Empty when every service is where its volumes are. */
export function astrayBlocks(astray: readonly Astray[]): readonly Block[] {
  if (astray.length === 0) return [];
  return [
    text("⚠️ A volume stays on its node when a task moves, and the task gets an empty one:"),
    list(astray.map(astrayLine)),
    text(
      "Copy what is needed from one node to the other, or bind the service to the node that has it: in its recipe, a placement constraint such as node.hostname.",
    ),
  ];
}

function astrayLine({ service, runsOn, volume, left, used }: Astray): Line {
  const there = used.length === 0 ? "" : `; the one it uses now is on ${places(used)}`;
  return [
    { strong: service },
    ` now runs on ${listed(runsOn)}; its volume `,
    { code: volume },
    ` is${used.length === 0 ? "" : " also"} on ${places(left)}${there}`,
  ];
}

function places(volumes: readonly VolumeSight[]): string {
  return listed(
    volumes.map(({ node, bytes }) => (bytes === undefined ? node : `${node} (${size(bytes)})`)),
  );
}
