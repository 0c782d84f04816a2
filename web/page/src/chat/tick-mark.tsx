import * as icons from '../icons';
import type { Tick } from './room-view';

const TICKS: Record<Tick, readonly [label: string, icon: () => preact.JSX.Element]> = {
  waiting: ['waiting for the connection', icons.Clock],
  sending: ['sending', icons.Clock],
  accepted: ['accepted', icons.Check],
  stored: ['stored', icons.DoubleCheck],
  refused: ['refused', icons.Warning],
};

export function TickMark({ tick }: { tick: Tick }) {
  const [label, Icon] = TICKS[tick];
  return (
    <span class={`tick ${tick}`} role="img" aria-label={label} title={label}>
      <Icon />
    </span>
  );
}
