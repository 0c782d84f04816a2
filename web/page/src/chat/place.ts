import type { RoomView } from './room-view';

/** So near the end the reader counts as being there. */
export const AT_END_PX = 40;

/** Where the reader is: at the end, or with a certain row at a certain height. */
export type Place = { readonly atEnd: true } | { readonly atEnd: false; readonly seq: string; readonly top: number };

/** The place as it is now. */
export function placeOf(box: HTMLElement, view: RoomView): Place {
  const left = box.scrollHeight - box.scrollTop - box.clientHeight;
  if (left < AT_END_PX && view.atHead.value) {
    return { atEnd: true };
  }
  const edge = box.getBoundingClientRect().top;
  const rows = [...box.querySelectorAll<HTMLElement>('.row[data-seq]')];
  // Rows are in order, so the first one that reaches below the edge is found by halving.
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const bottom = rows[middle]?.getBoundingClientRect().bottom ?? 0;
    if (bottom > edge) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  const row = rows[low];
  return row
    ? { atEnd: false, seq: row.dataset['seq'] ?? '', top: row.getBoundingClientRect().top - edge }
    : { atEnd: true };
}

/** Brings the reader back there after the list has changed. */
export function keep(box: HTMLElement, place: Place): void {
  if (place.atEnd) {
    box.scrollTop = box.scrollHeight;
    return;
  }
  const row = box.querySelector<HTMLElement>(`.row[data-seq="${place.seq}"]`);
  if (row) {
    const top = row.getBoundingClientRect().top - box.getBoundingClientRect().top;
    if (Math.abs(top - place.top) >= 1) {
      box.scrollTop += top - place.top;
    }
  }
}
