import { useEffect, useRef, useState } from 'preact/hooks';
import type { Lane } from './lane';

const HEIGHT = 220;
const LEFT = 52;
const BOTTOM = 22;
export const PLOT_MS = 60_000;
const MS_MIN = 0.5;
const MS_MAX = 10_000;
const LINES: readonly (readonly [ms: number, label: string])[] = [
  [1, '1 ms'],
  [10, '10 ms'],
  [100, '100 ms'],
  [1_000, '1 s'],
  [10_000, '10 s'],
];


function up(ms: number): number {
  const share = Math.log(Math.min(Math.max(ms, MS_MIN), MS_MAX) / MS_MIN) / Math.log(MS_MAX / MS_MIN);
  return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - 8);
}

/** Latency of each message over the last minute, all transports against one logarithmic scale. */
export function Plot({ lanes, now }: { lanes: readonly Lane[]; now: number }) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(800);
  useEffect(() => {
    const resized = new ResizeObserver(([entry]) => entry && setWidth(Math.round(entry.contentRect.width)));
    if (box.current) {
      resized.observe(box.current);
    }
    return () => resized.disconnect();
  }, []);
  const across = (at: number) => width - 6 - ((now - at) / PLOT_MS) * (width - 6 - LEFT);
  return (
    <div class="plot" ref={box}>
      <svg width={width} height={HEIGHT} role="img" aria-label="Latency of each message in the last minute, by transport">
        {LINES.map(([ms, label]) => (
          <g key={label}>
            <line class="grid" x1={LEFT} x2={width} y1={up(ms)} y2={up(ms)} />
            <text class="label" x={LEFT - 8} y={up(ms) + 4} text-anchor="end">
              {label}
            </text>
          </g>
        ))}
        {[0, 15, 30, 45].map((seconds) => (
          <text key={seconds} class="label" x={across(now - seconds * 1000) - (seconds === 0 ? 4 : 0)} y={HEIGHT - 5} text-anchor={seconds === 0 ? 'end' : 'middle'}>
            {seconds === 0 ? 'now' : `−${seconds} s`}
          </text>
        ))}
        {lanes.map((lane) => {
          const shown = lane.samples.value.filter((it) => now - it.at < PLOT_MS);
          const points = shown.map((it) => `${across(it.at).toFixed(1)},${up(it.ms).toFixed(1)}`);
          return (
            <g key={lane.text.kind} class={`series ${lane.text.kind}`}>
              <polyline points={points.join(' ')} />
              {shown.map((it) => (
                <circle key={it.at} cx={across(it.at)} cy={up(it.ms)} r="3.2" />
              ))}
            </g>
          );
        })}
      </svg>
    </div>
  );
}
