// A room in which clients of every transport talk without a pause, and what they saw in the end.
import { KINDS, SocketIo } from './clients.mjs';
import { differences } from './compare.mjs';
import { sleep, tell, until } from './until.mjs';

const LISTEN_MILLIS = 180_000;
const FLOW_MILLIS = 180_000;
const CLIENTS_OF_A_KIND = 2;
const SAY_EVERY_MILLIS = 500;

export class Conversation {
  #going = true;
  #turns;

  /** The clients of a kind come through the doors in turn. */
  constructor(doors) {
    this.doors = doors;
    [this.door] = doors;
    this.room = `smoke-${Date.now().toString(36)}`;
    this.clients = [];
    this.sent = [];
  }

  async begin() {
    for (const [kind, open] of Object.entries(KINDS)) {
      for (let i = 1; i <= CLIENTS_OF_A_KIND; i += 1) {
        const door = this.doors[i % this.doors.length];
        const name = `${kind} ${i}${door.secure ? ' through TLS' : ''}`;
        const token = await until(`${name} is let in`, LISTEN_MILLIS, () => door.guest(name));
        const client = open(door, this.room, name, token);
        await until(`${name} listens`, LISTEN_MILLIS, () => Promise.race([client.listening.then(() => true), sleep(200)]));
        this.clients.push(client);
      }
    }
    tell(`${this.clients.length} clients listen: ${Object.keys(KINDS).join(', ')}`);
    this.#turns = Promise.all(this.clients.map((client, index) => this.#talk(client, index)));
    this.#turns.catch(() => {});
  }

  async #talk(client, index) {
    await sleep(index * (SAY_EVERY_MILLIS / this.clients.length));
    for (let n = 1; this.#going; n += 1) {
      const message = { key: `${index}-${n}`, text: `${client.name} says ${n}` };
      this.sent.push(message);
      message.seq = await client.say(message.key, message.text);
      await sleep(SAY_EVERY_MILLIS);
    }
  }

  /** Waits until, from now on, everybody has said something and everybody has heard all of that. */
  async flows(when) {
    const from = this.sent.length;
    await until(`messages flow ${when}`, FLOW_MILLIS, () => {
      const said = this.clients.map((client, index) => this.sent.slice(from).find(({ key, seq }) => seq !== undefined && key.startsWith(`${index}-`))?.seq);
      const silent = this.clients.filter((client, index) => said[index] === undefined);
      if (silent.length > 0) throw new Error(`not answered: ${silent.map(({ name }) => name).join(', ')}`);
      const last = Math.max(...said);
      const deaf = this.clients.filter((client) => !(client.last() >= last));
      if (deaf.length > 0) throw new Error(`behind: ${deaf.map(({ name }) => name).join(', ')}`);
      return true;
    });
    tell(`messages flow ${when} (${this.sent.length} so far)`);
  }

  /** Lets everybody finish, and gives the differences between what they saw and what is stored. */
  async end() {
    this.#going = false;
    await Promise.race([this.#turns, sleep(FLOW_MILLIS)]);
    const unanswered = this.sent.filter(({ seq }) => seq === undefined).map(({ text }) => text);
    tell(unanswered.length === 0 ? 'everything said is answered' : `not answered: ${unanswered.join(', ')}`);
    const found = await this.#compared();
    const heard = this.clients.map((client) => client.heard.length).join(' ');
    tell(`${this.sent.length} sent, heard by each client: ${heard}`);
    tell(`breaks: ${this.clients.map(({ name, breaks }) => `${name} ${breaks}`).join(', ')}`);
    const io = this.clients.filter((client) => client instanceof SocketIo);
    tell(`recovered by Socket.IO: ${sum(io, 'recovered')} of ${sum(io, 'breaks')}`);
    this.clients.forEach((client) => client.close());
    return found;
  }

  async #compared() {
    const last = Math.max(...this.sent.map(({ seq }) => seq ?? 0));
    const end = Date.now() + FLOW_MILLIS;
    for (;;) {
      await sleep(500);
      try {
        const late = this.clients.filter((client) => !(client.last() >= last));
        const found = late.map(({ name }) => `${name} has not heard the last message`);
        found.push(...differences({ sent: this.sent, stored: await this.#scrollback(), observers: this.clients }));
        if (found.length === 0 || Date.now() > end) return found;
      } catch (failure) {
        if (Date.now() > end) return [failure.message];
      }
    }
  }

  /** The room as scrollback tells it, oldest first. */
  async #scrollback() {
    const all = [];
    let before = '';
    for (;;) {
      const page = await this.door.json(`/api/rooms/${this.room}/messages?limit=100${before}`, { token: this.clients[0].token });
      all.unshift(...page.messages);
      if (page.before === undefined || page.messages.length === 0) return all;
      before = `&before=${page.before}`;
    }
  }
}

const sum = (clients, field) => clients.reduce((total, client) => total + client[field], 0);
