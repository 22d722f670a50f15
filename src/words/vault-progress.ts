// How far data have come between a node and the repository, in words.
import type { VaultProgress } from "../core/vault.ts";
import { counted, size } from "./phrases.ts";

export function savingWords(node: string, progress: VaultProgress): string {
  return `From node ${node}: ${soFar(progress)}.`;
}

export function restoringWords(node: string, progress: VaultProgress): string {
  return `On node ${node}: ${soFar(progress)}.`;
}

function soFar({ done, total, files }: VaultProgress): string {
  return `${size(done)} of ${size(total)} in ${counted(files, "file")}`;
}
