// Makes a secret of the swarm, unless one of that name is there.
import { EngineError, type Engine } from "./docker.ts";

export interface NewSecret {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** False when there was one; its value is left alone. Throws EngineError. */
export async function makeSecret(
  engine: Engine,
  { name, labels = {} }: NewSecret,
  value: string | Uint8Array,
  signal: AbortSignal,
): Promise<boolean> {
  const body = { Name: name, Labels: labels, Data: Buffer.from(value).toString("base64") };
  try {
    await engine.tell({ method: "POST", path: "/secrets/create", body }, signal);
    return true;
  } catch (error) {
    if (error instanceof EngineError && error.status === 409) return false;
    throw error;
  }
}
