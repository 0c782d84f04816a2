package parley.gateway.room;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One walk over a share's members with one buffer per wire format, over several turns of the loop
 * if they are many. Nothing is allocated per member but the buffer's duplicate.
 */
abstract sealed class Pass {
  /** Members between two looks at the clock. */
  private static final int STRIDE = 32;

  final Loop loop;
  final Share share;
  private final @Nullable ByteBuf[] frames = new ByteBuf[WireFormat.SLOTS];

  private Pass(Loop loop, Share share) {
    this.loop = loop;
    this.share = share;
    share.cursor = 0;
  }

  /** Writes to more members; true when all have had it. */
  boolean advance(long deadlineNanos) {
    while (share.cursor < share.size) {
      int stop = Math.min(share.cursor + STRIDE, share.size);
      while (share.cursor < stop && share.cursor < share.size) {
        visit(share.members[share.cursor++]);
      }
      if (System.nanoTime() - deadlineNanos > 0 && share.cursor < share.size) {
        return false;
      }
    }
    share.cursor = 0;
    for (ByteBuf frame : frames) {
      if (frame != null) {
        frame.release();
      }
    }
    end();
    return true;
  }

  final ByteBuf frame(WireFormat format) {
    ByteBuf frame = frames[format.slot];
    if (frame == null) {
      frame = encode(format);
      frames[format.slot] = frame;
    }
    return frame;
  }

  abstract void visit(Member member);

  abstract ByteBuf encode(WireFormat format);

  abstract void end();

  /** A run of durable events of one room, joined into one buffer. */
  static final class Run extends Pass {
    /** Events and bytes that are joined at most. */
    static final int EVENTS_MAX = 128;

    static final int BYTES_MAX = 64 * 1024;

    private final List<Event> events;
    private final boolean gated;
    private final long firstSeq;
    private final long firstPrev;
    private final long firstPos;
    private final long lastSeq;

    Run(Loop loop, Share share, List<Event> events) {
      super(loop, share);
      this.events = events;
      Event first = events.getFirst();
      firstSeq = first.seq;
      firstPrev = first.prev;
      firstPos = first.pos;
      lastSeq = events.getLast().seq;
      gated = firstSeq <= share.gateSeq;
      share.lastSeq = lastSeq;
    }

    @Override
    void visit(Member member) {
      Hearing hearing = member.hearing;
      if (!hearing.live()) {
        member.withhold(firstPrev, lastSeq);
      } else if (gated && member.from >= firstSeq) {
        visitLate(member);
      } else if (!hearing.outlet().writable()) {
        hearing.lag(firstPos - 1);
        member.withhold(firstPrev, lastSeq);
      } else {
        hearing.outlet().write(frame(hearing.outlet().format()).retainedDuplicate());
        loop.touch(hearing);
        loop.deliveries += events.size();
      }
    }

    /** Part of the run lies before the member's join. */
    private void visitLate(Member member) {
      int from = 0;
      while (from < events.size() && events.get(from).seq <= member.from) {
        from++;
      }
      if (from < events.size()) {
        Outlet outlet = member.hearing.outlet();
        if (outlet.writable()) {
          outlet.write(Frames.run(outlet.format(), share.mark, events, from, events.size()));
          loop.touch(member.hearing);
          loop.deliveries += events.size() - from;
        } else {
          member.hearing.lag(events.get(from).pos - 1);
          member.withhold(firstPrev, lastSeq);
        }
      }
    }

    @Override
    ByteBuf encode(WireFormat format) {
      return Frames.run(format, share.mark, events, 0, events.size());
    }

    @Override
    void end() {
      for (Event event : events) {
        if (event.departure != null) {
          depart(event, event.departure);
        }
      }
      loop.finished(events);
    }

    private void depart(Event event, Event.Departure departure) {
      for (int i = share.size - 1; i >= 0; i--) {
        Member member = i < share.size ? share.members[i] : null;
        if (member != null
            && member.user.id().equals(departure.userId())
            && member.hearing.live()
            && event.seq > member.from) {
          member.hearing.end(member, departure.why());
        }
      }
    }
  }

  /** An ephemeral event: for those who can take it now. */
  static final class Aside extends Pass {
    private final Whisper whisper;

    Aside(Loop loop, Share share, Whisper whisper) {
      super(loop, share);
      this.whisper = whisper;
    }

    @Override
    void visit(Member member) {
      Outlet outlet = member.hearing.outlet();
      if (member.pending || outlet.id().equals(whisper.except)) {
        return;
      }
      if (member.hearing.lagging() || !outlet.writable()) {
        loop.skipped++;
        return;
      }
      ByteBuf frame = frame(outlet.format());
      if (frame.isReadable()) {
        outlet.write(frame.retainedDuplicate());
        loop.touch(member.hearing);
      }
    }

    @Override
    ByteBuf encode(WireFormat format) {
      return Frames.whisper(format, whisper);
    }

    @Override
    void end() {}
  }
}
