export { Chain, type Link } from './chain.ts';
export { ParleyClient, type ConnectionState, type ParleyOptions } from './client.ts';
export { ParleyError } from './errors.ts';
export * from './events.ts';
export { PAGE_MESSAGES, Scrollback } from './history.ts';
export { newKey } from './keys.ts';
export {
  Outbox,
  WRITES_MAX,
  type OutboxRoute,
  type OutboxStorage,
  type Write,
  type WriteBody,
  type WriteState,
} from './outbox.ts';
export { ParleyRest } from './rest.ts';
export { Room, type Joined } from './room.ts';
