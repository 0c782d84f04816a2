import { fullTimeOf, timeOf } from './dates';

/** Who wrote it and when. */
export function Byline({ name, ts }: { name: string; ts: number }) {
  return (
    <div class="byline">
      <strong>
        <bdi>{name}</bdi>
      </strong>
      <time dateTime={new Date(ts).toISOString()} title={fullTimeOf(ts)}>
        {timeOf(ts)}
      </time>
    </div>
  );
}
