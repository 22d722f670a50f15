// The names an app's things have on a swarm, and the limits they must keep (coopcloud.md §2.4, §4.2, §5.1).
import { STACK_LIMIT } from "./abra.ts";
import { isStackName, type AppName, type StackName } from "./ids.ts";

/** Longest swarm names, in characters (operations.md §1.4). */
export const NAME_LIMITS = { secret: 64, config: 64, service: 63 } as const;

/** Bytes that the content of one must stay below; the engine's own limits. */
export const CONTENT_LIMITS = { config: 1_024_000, secret: 512_000 } as const;

/** The stack of an app; undefined when the file's own STACK_NAME cannot be a stack. Two long names can give the same stack. */
export function stackName(
  app: AppName,
  env: Readonly<Record<string, string>>,
): StackName | undefined {
  const override = env["STACK_NAME"] ?? "";
  const name = override === "" ? app.replaceAll(".", "_").slice(0, STACK_LIMIT) : override;
  return isStackName(name) ? name : undefined;
}

export function serviceName(stack: StackName, service: string): string {
  return `${stack}_${service}`;
}

/** By convention; what counts is the `name:` of the compose file. */
export function secretName(stack: StackName, secret: string, version: string): string {
  return `${stack}_${secret}_${version}`;
}

export function configName(stack: StackName, config: string, version: string): string {
  return `${stack}_${config}_${version}`;
}

/** The engine takes no other name for a secret, and one like this is never a path. */
const OBJECT_NAME = /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?$/;

export function isObjectName(name: string): boolean {
  return OBJECT_NAME.test(name);
}

/** The text behind the last `_` of a secret's or config's swarm name; undefined when its version is missing. */
export function nameVersion(name: string): string | undefined {
  const version = name.slice(name.lastIndexOf("_") + 1);
  return version === "" ? undefined : version;
}
