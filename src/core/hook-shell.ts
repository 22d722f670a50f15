// How a recipe's hook is run inside a container, so that it fails when any part of it does.

/**
 * For `sh -c`, with the hook as its first argument. A dump that is piped into a packer must fail with the dump, which a plain sh would not
 * tell. One that a killed moot left running is waited for, since two would write into one file.
 */
export const HOOK_SHELL = [
  "f=/tmp/.moot-hook",
  'if read -r p 2>/dev/null <"$f"; then while kill -0 "$p" 2>/dev/null; do sleep 1; done; fi',
  '(echo $$ >"$f") 2>/dev/null',
  'if command -v bash >/dev/null 2>&1; then exec bash -o pipefail -c "$1"; fi',
  'if (set -o pipefail) 2>/dev/null; then exec sh -o pipefail -c "$1"; fi',
  'exec sh -c "$1"',
].join("\n");
