// The refusal of an address at which moot is to tell how it is.
import { text, type Line } from "../core/doc.ts";
import type { Words } from "./people-refusals.ts";

export const HTTP_REFUSALS: Words<"address-unusable"> = {
  "address-unusable": ({ address, why }) => [
    text(["moot cannot listen at ", { code: address }, ": ", WHY[why]]),
    text(NEXT[why]),
  ],
};

const WHY = {
  taken: "another program does so already.",
  elsewhere: "that is no address of this machine.",
  denied: "the user moot runs as may not have that port.",
};

const LISTEN = { code: "http: listen" };

const NEXT: Readonly<Record<keyof typeof WHY, Line>> = {
  taken: [
    "Next: ",
    { code: "ss -ltnp" },
    " shows which one it is; stop it, or choose another port under ",
    LISTEN,
    " in moot's config.",
  ],
  elsewhere: ["Next: put an address that this machine has under ", LISTEN, " in moot's config."],
  denied: ["Next: choose a port from 1024 on under ", LISTEN, " in moot's config."],
};
