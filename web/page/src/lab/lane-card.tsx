import type { Node } from 'parley-client';
import { useState } from 'preact/hooks';
import type { Lane, LaneState } from './lane';

const STATES: Record<LaneState, string> = {
  off: 'off',
  connecting: 'connecting',
  open: 'connected',
  waiting: 'cut, coming back',
};

export function LaneCard({ lane, nodes }: { lane: Lane; nodes: readonly Node[] }) {
  const [at, setAt] = useState('');
  const { text } = lane;
  const state = lane.state.value;
  const cost = lane.cost.value;
  const move = (url: string) => {
    setAt(url);
    lane.connect(url === location.origin ? '' : url);
  };
  return (
    <section class={`lane ${text.kind}`} aria-label={text.name}>
      <header>
        <h2>{text.name}</h2>
        <span class={`state ${state}`}>{STATES[state]}</span>
      </header>
      <p class="says">{text.says}</p>
      <dl class="costs">
        <Figure name="Node" value={lane.node.value ?? '—'} />
        <Figure name="Median latency" value={latency(lane)} />
        <Figure name="Messages" value={cost.events} note={proof(lane)} />
        <Figure name="Requests" value={cost.requests} />
        <Figure name="Bytes in" value={bytes(cost.bytesIn)} />
        <Figure name="Bytes out ≈" value={bytes(cost.bytesOut)} />
        <Figure name="TCP connection" value={tcp(lane)} note={lane.detail.value} wide />
      </dl>
      <div class="lane-acts">
        <button type="button" class="secondary" onClick={() => lane.cut()} aria-label={`Cut ${text.name}`}>
          Cut
        </button>
        {nodes.length > 1 && (
          <label>
            <span class="hidden">Node for {text.name}</span>
            <select value={at} onChange={(event) => move(event.currentTarget.value)}>
              <option value="">This page’s node</option>
              {nodes.map((node) => (
                <option key={node.id} value={node.url}>
                  {node.id}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <ol class="lines" aria-label={`Heard over ${text.name}`} tabIndex={0}>
        {[...lane.lines.value].reverse().map((line, index) => (
          <li key={lane.lines.value.length - index}>{line}</li>
        ))}
      </ol>
    </section>
  );
}

function Figure(props: { name: string; value: string | number; note?: string; wide?: boolean }) {
  return (
    <div class={props.wide ? 'wide' : undefined}>
      <dt>{props.name}</dt>
      <dd>
        {props.value}
        {props.note && <small>{props.note}</small>}
      </dd>
    </div>
  );
}

function latency(lane: Lane): string {
  const sorted = lane.samples.value.map((it) => it.ms).sort((one, other) => one - other);
  const middle = sorted[sorted.length >> 1];
  if (middle === undefined) {
    return '—';
  }
  return middle < 10 ? `${middle.toFixed(1)} ms` : `${Math.round(middle)} ms`;
}

function proof(lane: Lane): string {
  const { missing, repeated } = lane.cost.value;
  return `${missing} missing, ${repeated} twice`;
}

function bytes(count: number): string {
  return count < 10_000 ? `${count}` : `${(count / 1_000).toFixed(1)} k`;
}

function tcp(lane: Lane): string {
  const { connections, reused } = lane.cost.value;
  if (reused > 0) {
    return `reused ${reused}×, ${connections} new`;
  }
  return connections === 1 ? '1, kept open' : `${connections} opened`;
}
