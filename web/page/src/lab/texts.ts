import { SHORT_POLL_MS } from './http';
import type { LaneText } from './lane';

/** What each transport shows, in the order in which each mends the one before. */
export const TEXTS = {
  short: {
    kind: 'short',
    name: 'Short polling',
    says: `The page asks every ${SHORT_POLL_MS / 1000} seconds, and most answers are empty. Plain HTTP can do no more: a server may only answer. So a message is as late as the next question, and every question costs its headers whether or not anything was said.`,
  },
  long: {
    kind: 'long',
    name: 'Long polling',
    says: 'The server holds the request until there is something to say. Messages come at once and nothing is asked in vain, but each one still costs a request with all its headers, and what happens between two requests must be remembered for you.',
  },
  sse: {
    kind: 'sse',
    name: 'Server-sent events',
    says: 'One response that never ends: each message is a few bytes on a connection that is there already, and Last-Event-ID says where to go on after a cut. It goes one way only: whatever you say is a request of its own.',
  },
  ws: {
    kind: 'ws',
    name: 'WebSocket',
    says: 'After one upgrade, frames with 2 to 14 bytes of header go both ways over one TCP connection. What is missing is everything around it: acks, coming back after a cut and asking for what was missed are written by hand in this page.',
  },
  socketio: {
    kind: 'socketio',
    name: 'Socket.IO',
    says: 'It adds what a chat needs: acks, rooms, heartbeats, reconnecting, and long polling where WebSockets are blocked. Cut it: this backend recovers the session on any node and replays what was missed, without the page asking.',
  },
} satisfies Record<string, LaneText>;
