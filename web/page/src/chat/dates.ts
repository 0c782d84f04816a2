const DAY_MS = 86_400_000;
const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const TIME = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const SHORT_DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

export const timeOf = (ts: number) => TIME.format(ts);
/** The time without the half of the day, for where there is no room. */
export const shortTimeOf = (ts: number) =>
  TIME.formatToParts(ts)
    .filter((part) => part.type !== 'dayPeriod')
    .map((part) => part.value)
    .join('')
    .trim();
export const fullTimeOf = (ts: number) => FULL.format(ts);

export function sameDay(one: number, other: number): boolean {
  return Math.abs(one - other) < DAY_MS && new Date(one).getDate() === new Date(other).getDate();
}

/** The time of today, else the day. */
export function whenOf(ts: number, now = Date.now()): string {
  return sameDay(ts, now) ? timeOf(ts) : SHORT_DAY.format(ts);
}

export function dayOf(ts: number, now = Date.now()): string {
  if (sameDay(ts, now)) {
    return 'Today';
  }
  return sameDay(ts, now - DAY_MS) ? 'Yesterday' : DAY.format(ts);
}
