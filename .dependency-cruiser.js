// Who may import whom: the table of docs/architecture.md as rules, each with the sentence to read when it bites.
const doors = {
  ssh2: "^src/swarm/ssh[.]ts$",
  dockerode: "^src/swarm/docker[.]ts$",
  "better-sqlite3": "^storage/database[.]ts$",
  "matrix-bot-sdk": "^src/matrix/client[.]ts$",
  "tar-stream": "^src/swarm/volume-print[.]ts$",
  "prom-client": "^src/http/metrics[.]ts$",
  execa: "^src/process/",
  croner: "^src/calendar/cron[.]ts$",
  "@resvg/resvg-wasm": "^src/picture/render[.]ts$",
  "@matrix-org/matrix-sdk-crypto-wasm": "^src/matrix/crypto/machine[.]ts$",
  pino: "^src/log[.]ts$",
};
const ours = "^(src|commands|storage|test)/";
const packages = "(^|/)node_modules/|^packages/";
const edges =
  "^src/(process|git|registry|catalogue|swarm|matrix|console|calendar|http|backup|picture)/";

const layers = [
  {
    name: "core-is-pure",
    comment: "src/core decides; it imports nothing but itself, no package, not even node:.",
    from: { path: "^src/core/" },
    to: { pathNot: "^src/core/" },
  },
  {
    name: "words-are-pure",
    comment: "src/words says things; it imports src/core and itself, no package, not even node:.",
    from: { path: "^src/words/" },
    to: { pathNot: "^src/(core|words)/" },
  },
  {
    name: "commands-do-not-act",
    comment:
      "A command answers with an outcome; it imports src/core, src/words and its own folder.",
    from: { path: "^commands/" },
    to: { pathNot: "^(src/core|src/words|commands)/" },
  },
  {
    name: "app-sees-ports-only",
    comment:
      "src/app coordinates through ports; it imports src/core, src/words and its own folder.",
    from: { path: "^src/app/" },
    to: { pathNot: "^src/(core|words|app)/" },
  },
  {
    name: "edges-stay-apart",
    comment: "An edge imports core, process, words and itself; what it needs of another is a port.",
    from: { path: edges },
    to: { path: ours, pathNot: "^src/(core|process|words|$1)/" },
  },
  {
    name: "storage-stays-apart",
    comment:
      "storage is an edge: it imports core, process, words and itself, never another edge or app.",
    from: { path: "^storage/" },
    to: { path: ours, pathNot: "^(src/core|src/process|src/words|storage)/" },
  },
  {
    name: "config-reads-yaml",
    comment: "src/config turns YAML into a Config with core, yaml, zod and node: alone.",
    from: { path: "^src/config([.]ts$|/)" },
    to: {
      pathNot: "^src/(core|config)/|^node_modules/(yaml|zod)/",
      dependencyTypesNot: ["core"],
    },
  },
  {
    name: "clock-and-log-are-small",
    comment: "src/clock.ts and src/log.ts import core, node: and, for the log, pino.",
    from: { path: "^src/(clock|log)[.]ts$" },
    to: { pathNot: "^src/core/|^node_modules/pino/", dependencyTypesNot: ["core"] },
  },
  {
    name: "only-main-starts-verbs",
    comment:
      "A verb of the command line is loaded by src/main.ts; what two verbs share is no verb.",
    from: { path: "^(src|commands|storage)/", pathNot: "^src/main[.]ts$|^src/verbs/" },
    to: { path: "^src/verbs/" },
  },
  {
    name: "nobody-imports-main",
    comment: "src/main.ts is the door from outside; only a test may come in through it.",
    from: { pathNot: "^test/" },
    to: { path: "^src/main[.]ts$" },
  },
  {
    name: "nobody-imports-test",
    comment: "What runs for people must not need what is there for tests.",
    from: { pathNot: "^test/" },
    to: { path: "^test/" },
  },
];

const oneDoor = Object.entries(doors).map(([name, door]) => ({
  name: `one-door-${name}`,
  comment: `${name} is imported by ${door.replaceAll(/[\^$[\]]/g, "")} alone, so that it can be mended there.`,
  from: { path: "^(src|commands|storage)/", pathNot: door },
  to: { path: `^node_modules/(@types/)?${name}/` },
}));

const sanity = [
  {
    name: "no-cycles",
    comment: "Two files that need each other are one file, or want a third.",
    from: { path: ours },
    to: { circular: true },
  },
  {
    name: "no-orphans",
    comment:
      "A file that nobody imports and that imports nobody is dead, but for the types of a package that has none.",
    from: { orphan: true, path: ours, pathNot: "[.]d[.]ts$" },
    to: {},
  },
  {
    name: "resolvable",
    comment: "The import leads nowhere.",
    from: {},
    to: { couldNotResolve: true },
  },
];

export default {
  forbidden: [...layers, ...oneDoor, ...sanity].map((rule) => ({ severity: "error", ...rule })),
  options: {
    // Else a type-only import would pass unseen.
    tsPreCompilationDeps: true,
    doNotFollow: { path: packages },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      extensions: [".ts", ".mjs", ".js", ".d.ts"],
    },
  },
};
