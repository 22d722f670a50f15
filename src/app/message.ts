// The two kinds of events that people answer with.
import type { Inbound } from "../core/chat.ts";

export type Message = Extract<Inbound, { readonly kind: "message" }>;
export type Reaction = Extract<Inbound, { readonly kind: "reaction" }>;
