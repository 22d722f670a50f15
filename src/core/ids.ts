// The names moot passes around, each a type of its own so that no name can stand in for another.
declare const brand: unique symbol;
type Brand<Name extends string> = string & { readonly [brand]: Name };

/** A Matrix room ID (`!opaque:server`; room version 12 has no server part) or the console's room. */
export type RoomId = Brand<"RoomId">;
/** A full Matrix user ID, `@name:server`; compared byte for byte, never folded. */
export type UserId = Brand<"UserId">;
export type EventId = Brand<"EventId">;
/** The folder name abra uses for a server. */
export type ServerName = Brand<"ServerName">;
/** An app's name, which is its domain (coopcloud.md §1). */
export type AppName = Brand<"AppName">;
export type RecipeName = Brand<"RecipeName">;
/** A swarm stack (coopcloud.md §2.4). */
export type StackName = Brand<"StackName">;

const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const DOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})+$`);
const MAX_DOMAIN = 253;

export function isRoomId(text: string): text is RoomId {
  return /^![^\s:]+(?::\S+)?$/.test(text) && text.length <= 255;
}

export function isUserId(text: string): text is UserId {
  return /^@[^\s:]+:[^\s:]+(?::\d+)?$/.test(text) && text.length <= 255;
}

export function isEventId(text: string): text is EventId {
  return /^\$\S+$/.test(text) && text.length <= 255;
}

/** Whether the text is a plain lower-case domain: what may become a file name, a stack and a route. */
export function isAppName(text: string): text is AppName {
  return text.length <= MAX_DOMAIN && DOMAIN.test(text);
}

export function isServerName(text: string): text is ServerName {
  return (
    text === "default" ||
    isAppName(text) ||
    (text.length <= 63 && new RegExp(`^${LABEL}$`).test(text))
  );
}

export function isRecipeName(text: string): text is RecipeName {
  return /^[a-z0-9][a-z0-9_.-]{0,62}$/.test(text) && !text.includes("..");
}

export function isStackName(text: string): text is StackName {
  return /^[a-zA-Z0-9][a-zA-Z0-9_-]{0,62}$/.test(text);
}
