import { newKey, type Node } from 'parley-client';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import * as icons from '../icons';
import { rest, token } from '../session';
import { Emissions } from './emissions';
import { LongPollLane, ShortPollLane, SseLane } from './http';
import { sentAt, type Lane } from './lane';
import { LaneCard } from './lane-card';
import { Plot } from './plot';
import { SocketIoLane, WebSocketLane } from './sockets';
import { TEXTS } from './texts';

const REDRAW_MS = 250;
const SEND_EVERY_MS = 1_000;
const SENT_KEPT_MAX = 1_000;

/** The same room over five transports at once. */
export function Lab({ openRooms }: { openRooms: () => void }) {
  const lanes = useMemo(makeLanes, []);
  const all: readonly Lane[] = [lanes.short, lanes.long, lanes.sse, lanes.ws, lanes.socketio];
  const [nodes, setNodes] = useState<readonly Node[]>([]);
  const [by, setBy] = useState('socketio');
  const [steady, setSteady] = useState(false);
  const [problem, setProblem] = useState('');
  const [now, setNow] = useState(performance.now());
  const count = useRef(0);

  useEffect(() => {
    rest.nodes().then(setNodes, () => setNodes(guessedNodes()));
    all.forEach((lane) => lane.connect(''));
    const redraw = setInterval(() => !document.hidden && setNow(performance.now()), REDRAW_MS);
    return () => {
      clearInterval(redraw);
      all.forEach((lane) => lane.close());
    };
  }, []);

  const send = () => {
    const lane = all.find((it) => it.text.kind === by);
    const lab = newKey();
    sentAt.set(lab, performance.now());
    for (const old of [...sentAt.keys()].slice(0, -SENT_KEPT_MAX)) {
      sentAt.delete(old);
    }
    lane?.send(`ping ${++count.current}`, { lab }).then(
      () => setProblem(''),
      (thrown: Error) => setProblem(`Not sent: ${thrown.message}`),
    );
  };
  const latest = useRef(send);
  latest.current = send;

  useEffect(() => {
    if (!steady) {
      return undefined;
    }
    const timer = setInterval(() => latest.current(), SEND_EVERY_MS);
    return () => clearInterval(timer);
  }, [steady]);

  return (
    <main class="pane lab">
      <header class="pane-head">
        <button type="button" class="only-narrow" aria-label="Open the list of rooms" onClick={openRooms}>
          <icons.Menu />
        </button>
        <div class="pane-title">
          <h1>Transport lab</h1>
          <p>One conversation over five transports, side by side</p>
        </div>
      </header>
      <div class="lab-scroll">
        <section class="lab-top" aria-label="Sending and latency">
          <div class="lab-controls">
            <label>
              Send by{' '}
              <select value={by} onChange={(event) => setBy(event.currentTarget.value)}>
                {all.map(({ text }) => (
                  <option key={text.kind} value={text.kind}>
                    {text.name}
                  </option>
                ))}
              </select>
            </label>
            <button type="button" class="primary" onClick={send}>
              Send one
            </button>
            <button type="button" class="secondary" aria-pressed={steady} onClick={() => setSteady(!steady)}>
              {steady ? 'Stop' : 'One each second'}
            </button>
            <p class="problem" role="alert">
              {problem}
            </p>
            <ul class="legend" aria-label="Colours of the plot">
              {all.map(({ text }) => (
                <li key={text.kind} class={text.kind}>
                  {text.name}
                </li>
              ))}
            </ul>
          </div>
          <Plot lanes={all} now={now} />
          <p class="fine">
            From the moment this page sends a message to the moment each transport brings it back. The scale is
            logarithmic: each line is ten times the one below.
          </p>
        </section>
        <div class="lanes">
          {all.map((lane) => (
            <LaneCard key={lane.text.kind} lane={lane} nodes={nodes} />
          ))}
          <Emissions lane={lanes.socketio} />
        </div>
      </div>
    </main>
  );
}

function makeLanes() {
  return {
    short: new ShortPollLane(TEXTS.short, token),
    long: new LongPollLane(TEXTS.long, token),
    sse: new SseLane(TEXTS.sse, token),
    ws: new WebSocketLane(TEXTS.ws, token),
    socketio: new SocketIoLane(TEXTS.socketio, token),
  };
}

/** Without a list from the backend: the next ports of this host are where a second node usually is. */
function guessedNodes(): readonly Node[] {
  const port = Number(location.port);
  return port === 0
    ? []
    : [port, port + 1].map((it) => ({ id: `port ${it}`, url: `${location.protocol}//${location.hostname}:${it}` }));
}
