/** A person, as events name them. */
export interface User {
  readonly id: string;
  readonly name: string;
}

/** What every durable event of a room carries: its number, its predecessor's, and its position. */
export interface Numbered {
  readonly seq: number;
  readonly prev: number;
  readonly pos: number;
  /** Milliseconds since 1970, by the backend's clock. */
  readonly ts: number;
  readonly room: string;
}

export interface Reaction {
  readonly emoji: string;
  readonly count: number;
  /** Of those who reacted so, at least 20 or all. */
  readonly users: readonly string[];
}

/** A message; from history it comes with its edits and reactions folded in. */
export interface Message extends Numbered {
  readonly type: 'message';
  readonly from: User;
  readonly text?: string;
  readonly data?: unknown;
  readonly replyTo?: number;
  readonly key?: string;
  readonly edited?: number;
  readonly deleted?: boolean;
  readonly reactions?: readonly Reaction[];
}

export interface Edited extends Numbered {
  readonly type: 'edited';
  readonly from: User;
  readonly target: number;
  readonly text?: string;
  readonly data?: unknown;
}

export interface Deleted extends Numbered {
  readonly type: 'deleted';
  readonly from: User;
  readonly target: number;
}

export interface Reacted extends Numbered {
  readonly type: 'reaction';
  readonly from: User;
  readonly target: number;
  readonly emoji: string;
  readonly on: boolean;
}

export interface MemberChanged extends Numbered {
  readonly type: 'member';
  readonly user: User;
  readonly action: string;
  readonly role?: string;
  readonly until?: number;
}

export interface RoomChanged extends Numbered {
  readonly type: 'room';
  readonly change: Readonly<Record<string, unknown>>;
  readonly version: number;
}

export interface Custom extends Numbered {
  readonly type: 'custom';
  readonly from?: User;
  readonly event: string;
  readonly data?: unknown;
}

/** Everything that lasts in a room. */
export type DurableEvent =
  | Message
  | Edited
  | Deleted
  | Reacted
  | MemberChanged
  | RoomChanged
  | Custom;

export interface Typing {
  readonly room: string;
  readonly user: User;
  readonly on: boolean;
}

/** Someone came or went; in a large room the count alone. */
export interface Presence {
  readonly room: string;
  readonly user?: User;
  readonly on?: boolean;
  readonly count?: number;
}

/** This user is no longer in the room, and was not asked. */
export interface Left {
  readonly room: string;
  readonly code: string;
}

export interface Read {
  readonly room: string;
  readonly user: { readonly id: string };
  readonly seq: number;
}

/** The past from `after` on cannot be had as events; `head` is where the room is now. */
export interface Gap {
  readonly room: string;
  readonly after: number;
  readonly head: number;
}

/** What a room tells its listeners; each durable event exactly once and in order. */
export interface RoomEvents {
  message: Message;
  edited: Edited;
  deleted: Deleted;
  reaction: Reacted;
  member: MemberChanged;
  room: RoomChanged;
  custom: Custom;
  typing: Typing;
  presence: Presence;
  read: Read;
  gap: Gap;
  left: Left;
}

export interface RoomSummary {
  readonly id: string;
  readonly name?: string;
  readonly topic?: string;
  readonly kind?: string;
  readonly role?: string;
  readonly unread?: number;
  readonly last?: Message;
  readonly archived?: boolean;
  /** The other one of a direct room. */
  readonly with?: User;
}

export interface Session {
  readonly token: string;
  readonly user: User;
}

export interface Node {
  readonly id: string;
  readonly url: string;
}

/** Where a page of history begins: the seq of a message, or what another page gave. */
export type Cursor = number | string;

/** A page of history, ascending; `before` and `after` are where its older and newer neighbours begin. */
export interface HistoryPage {
  readonly messages: readonly Message[];
  readonly before?: Cursor;
  readonly after?: Cursor;
}

export interface HistoryQuery {
  readonly before?: Cursor;
  readonly after?: Cursor;
  readonly around?: number;
  readonly limit?: number;
  readonly q?: string;
}

export type Target = 'all' | 'me' | { readonly room: string } | { readonly user: string };
