// The stack file that moot plans with and writes: whole in itself, so that it means the same after its checkout is gone.
import { createHash } from "node:crypto";
import { isCollection, isScalar, Scalar, visit, type Document } from "yaml";
import { z } from "zod";
import { swarmName, type ComposeModel } from "../core/compose-model.ts";
import { servicesOf } from "../core/compose.ts";
import { isStackName, type StackName } from "../core/ids.ts";
import type { Composer } from "../core/ports.ts";
import { imageOf } from "../core/service-state.ts";
import type { ConfigState, StackState } from "../core/state.ts";
import { readModel, readYaml } from "./canonical.ts";

/** The docker CLI passes such keys over; ours is taken out before it sees the file all the same. */
const OURS = "x-moot";
/** A section and a key, which become a file's name on moot's machine. */
const place = z.string().regex(/^(?:configs|secrets)\/(?!.*\.\.)[\w.-]+$/);
const ours = z.object({
  stack: z.string().refine(isStackName),
  /** Contents of files in base64, by section and key: `configs/app_conf`. */
  files: z.record(place, z.base64()),
});

/** A text that `printStackFile` did not write: handed to the docker CLI, it could make it read any file of moot's machine. */
export class StrangeStackFile extends Error {}

export interface StackFile {
  readonly stack: StackName;
  readonly document: Document.Parsed;
  readonly model: ComposeModel;
  readonly files: ReadonlyMap<string, Buffer>;
}

/** Takes up what `docker stack config` printed and the files it names, by `configs/KEY` or `secrets/KEY`. */
export function makeStackFile(
  stack: StackName,
  canonical: string,
  files: ReadonlyMap<string, Buffer>,
): StackFile {
  const document = readYaml(canonical);
  const model = readModel(document);
  for (const place of files.keys()) document.deleteIn([...place.split("/"), "file"]);
  for (const name of Object.keys(model.services)) {
    // What these files say stands in `environment` by now.
    document.deleteIn(["services", name, "env_file"]);
  }
  return { stack, document, model, files };
}

export function printStackFile({ stack, document, files }: StackFile): string {
  const contents = [...files].map(
    ([place, content]) => [place, content.toString("base64")] as const,
  );
  const copy = document.clone();
  copy.set(OURS, copy.createNode({ stack, files: Object.fromEntries(contents) }));
  return copy.toString({ lineWidth: 0 });
}

/** Reads what `printStackFile` wrote. Throws StrangeStackFile: a bug, unless the text comes from a snapshot. */
export function readStackFile(text: string): StackFile {
  const document = readYaml(text);
  const odd = document.errors[0]?.code ?? oddSpelling(document);
  if (odd !== undefined) throw new StrangeStackFile(`a stack file with ${odd}`);
  const read = z.object({ [OURS]: ours }).safeParse(document.toJS());
  if (!read.success)
    throw new StrangeStackFile("a stack file without moot's part", { cause: read.error });
  const { stack, files } = read.data[OURS];
  document.delete(OURS);
  const contents = Object.entries(files).map(
    ([at, content]) => [at, Buffer.from(content, "base64")] as const,
  );
  const model = modelOf(document);
  const named = namesFile(model);
  if (named !== undefined) throw new StrangeStackFile(`a stack file with a file at ${named}`);
  return { stack, document, model, files: new Map(contents) };
}

function modelOf(document: Document.Parsed): ComposeModel {
  try {
    return readModel(document);
  } catch (cause) {
    if (!(cause instanceof z.ZodError)) throw cause;
    throw new StrangeStackFile("a stack file that says something unknown", { cause });
  }
}

/** What the docker CLI reads otherwise than moot does: it never writes such a thing itself. */
function oddSpelling(document: Document.Parsed): string | undefined {
  let odd: string | undefined;
  visit(document, {
    Alias: () => {
      odd = "an alias";
      return visit.BREAK;
    },
    Node: (key, node) => {
      if (isScalar(node) && key === "key" && node.value === "<<") odd = "a merged map";
      else if ((isScalar(node) || isCollection(node)) && node.tag !== undefined) odd = "a tag";
      return odd === undefined ? undefined : visit.BREAK;
    },
  });
  return odd;
}

/** All that moot writes carries its files inside. */
function namesFile({ services, configs = {}, secrets = {} }: ComposeModel): string | undefined {
  const service = Object.entries(services).find(([, { env_file }]) => env_file !== undefined);
  const made = Object.entries({ ...configs, ...secrets }).find(([, one]) => one.file !== undefined);
  return service?.[0] ?? made?.[0];
}

export function stateOfFile({ stack, model, files }: StackFile): StackState {
  return { stack, services: servicesOf(model, stack), configs: configsOf(stack, model, files) };
}

function configsOf(
  stack: StackName,
  { configs = {} }: ComposeModel,
  files: ReadonlyMap<string, Buffer>,
): readonly ConfigState[] {
  const made = Object.entries(configs).filter(([, { external }]) => external !== true);
  return made
    .map(([key, config]) => ({
      name: swarmName(stack, key, config),
      sha256: sha256(files.get(`configs/${key}`) ?? Buffer.alloc(0)),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

export function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Pins images, puts labels and env on service `app`, and doubles every `$`, since the docker CLI interpolates what it reads. */
export function sealStackFile(
  text: string,
  seal: Parameters<Composer["seal"]>[1],
): ReturnType<Composer["seal"]> {
  const { document, ...file } = readStackFile(text);
  for (const [name, { image = "" }] of Object.entries(file.model.services)) {
    const plain = imageOf(image);
    const digest = seal.digests[image] ?? seal.digests[plain.image];
    if (digest === undefined || plain.digest !== undefined) continue;
    document.setIn(["services", name, "image"], quoted(`${plain.image}@${digest}`));
  }
  if (file.model.services["app"] !== undefined) putOnApp(document, file.model, seal);
  const sealed = { ...file, document, model: readModel(document) };
  const state = stateOfFile(sealed);
  doubleDollars(document);
  return { compose: printStackFile(sealed), state };
}

/** As abra does: its labels win, its env gives way to what the recipe says (coopcloud.md §4.1). */
function putOnApp(
  document: Document.Parsed,
  { services }: ComposeModel,
  { appLabels, appEnv }: Parameters<Composer["seal"]>[1],
): void {
  const app = services["app"] ?? {};
  for (const [key, value] of Object.entries(appLabels)) {
    document.setIn(["services", "app", "deploy", "labels", key], quoted(value));
  }
  for (const [key, value] of Object.entries(appEnv)) {
    if (Object.hasOwn(app.environment ?? {}, key)) continue;
    document.setIn(["services", "app", "environment", key], quoted(value));
  }
}

/** Reads what `sealStackFile` wrote. */
export function readSealed(text: string): StackFile {
  const { document, ...file } = readStackFile(text);
  rewrite(document, (value) => value.replaceAll("$$", "$"));
  return { ...file, document, model: readModel(document) };
}

function doubleDollars(document: Document.Parsed): void {
  rewrite(document, (value) => value.replaceAll("$", "$$$$"));
}

function rewrite(document: Document.Parsed, change: (value: string) => string): void {
  visit(document, {
    Scalar(key, node) {
      if (key === "key" || typeof node.value !== "string") return;
      node.value = change(node.value);
    },
  });
}

/** Quoted, so that no reader takes it for a number or a truth. */
export function quoted(text: string): Scalar<string> {
  const scalar = new Scalar(text);
  scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}
