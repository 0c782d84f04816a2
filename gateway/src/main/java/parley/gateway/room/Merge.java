package parley.gateway.room;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Writes what a hearing has missed: its rooms' slices merged in {@code pos} order. Loop thread
 * only.
 */
final class Merge {
  /** Bytes written between two looks at whether the outlet takes more. */
  private static final int CHUNK_BYTES = 16 * 1024;

  private final Hearing hearing;
  private final List<Slice> slices;
  private long position;
  private int written;

  private record Missed(Event event, Slice slice) {}

  Merge(Hearing hearing, List<Slice> slices) {
    this.hearing = hearing;
    this.slices = slices;
  }

  /** Where the hearing is now. */
  long position() {
    return position;
  }

  int written() {
    return written;
  }

  /**
   * Writes and notes with each member what it has. False if the outlet took no more before the end.
   *
   * @param from where the hearing was
   * @param gently stops when the outlet takes no more
   */
  boolean write(long from, boolean gently) {
    position = from;
    tellGaps();
    List<Missed> missed = inOrder();
    int end = bounded(missed);
    Outlet outlet = hearing.outlet();
    int at = 0;
    while (at < end && (!gently || outlet.writable())) {
      at = chunk(missed, at, end);
      hearing.loop().touch(hearing);
    }
    note(missed.subList(at, missed.size()));
    return at == end;
  }

  private void note(List<Missed> left) {
    Set<Slice> unfinished = Collections.newSetFromMap(new IdentityHashMap<>());
    left.forEach(missed -> unfinished.add(missed.slice()));
    for (Slice slice : slices) {
      Member member = slice.member();
      if (slice.whole() && !unfinished.contains(slice)) {
        member.withheld = Member.NONE;
      } else if (member.withheld == Member.NONE) {
        member.withheld = slice.after();
      }
    }
  }

  private void tellGaps() {
    for (Slice slice : slices) {
      Gap gap = slice.gap();
      if (gap != null && hearing.has(slice.member())) {
        hearing.loop().rooms().meters().gapTold();
        hearing.outlet().gap(gap);
        slice.member().withheld = gap.head();
      }
    }
  }

  private List<Missed> inOrder() {
    List<Missed> missed = new ArrayList<>();
    for (Slice slice : slices) {
      for (Event event : slice.events()) {
        if (event.seq > slice.member().from) {
          missed.add(new Missed(event, slice));
        }
      }
    }
    missed.sort(Comparator.comparingLong(m -> m.event().pos));
    return missed;
  }

  /** Not further than the shortest slice that is not whole: behind it something may be missing. */
  private int bounded(List<Missed> missed) {
    long bound = Long.MAX_VALUE;
    for (Slice slice : slices) {
      if (!slice.whole()) {
        bound = Math.min(bound, slice.events().getLast().pos);
      }
    }
    int end = missed.size();
    while (end > 0 && missed.get(end - 1).event().pos > bound) {
      end--;
    }
    return end;
  }

  /** Writes some events as one buffer and tells up to where. */
  private int chunk(List<Missed> missed, int from, int end) {
    WireFormat format = hearing.outlet().format();
    long offset = position;
    List<Missed> chunk = new ArrayList<>();
    int bytes = 0;
    int at = from;
    while (at < end && bytes < CHUNK_BYTES) {
      Missed next = missed.get(at++);
      if (hearing.has(next.slice().member())) {
        chunk.add(next);
        position = Math.max(position, next.event().pos);
        bytes += Frames.size(format, next.event(), position);
        next.slice().member().withheld = next.event().seq;
        if (ends(next)) {
          break;
        }
      }
    }
    write(format, chunk, bytes, offset);
    if (!chunk.isEmpty() && ends(chunk.getLast())) {
      Missed last = chunk.getLast();
      Event.Departure departure = last.event().departure;
      if (departure != null) {
        hearing.end(last.slice().member(), departure.why());
      }
    }
    return at;
  }

  /**
   * @param before position before the chunk: an event that comes late does not take the client's
   *     offset back
   */
  private void write(WireFormat format, List<Missed> chunk, int bytes, long before) {
    if (chunk.isEmpty()) {
      return;
    }
    ByteBuf out = Frames.buffer(bytes);
    long offset = before;
    for (Missed missed : chunk) {
      offset = Math.max(offset, missed.event().pos);
      Frames.write(out, format, missed.slice().member().share.mark, missed.event(), offset);
    }
    written += chunk.size();
    hearing.loop().deliveries += chunk.size();
    hearing.outlet().write(out);
  }

  private static boolean ends(Missed missed) {
    Event.Departure departure = missed.event().departure;
    return departure != null && departure.userId().equals(missed.slice().member().user.id());
  }
}
