package parley.timing;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All timeouts of one event loop, behind one timer: a ring of slots of ten milliseconds, each a
 * linked list of entries. Entries link themselves, so that starting, moving and cancelling one
 * allocates nothing. An entry fires within a tick of its time, before or after; a loop that is busy
 * then fires it as soon as it can. While the wheel is empty its timer stands still.
 *
 * <p>Used on its event loop only.
 */
public final class TimingWheel {
  public static final int TICK_MILLIS = 10;
  private static final int SLOTS =
      4096; // 41 seconds a turn; what is farther away stays for another one
  private static final int IDLE_TICKS_BEFORE_STOP = 100;

  private static final Logger LOG = LoggerFactory.getLogger(TimingWheel.class);

  private static final FastThreadLocal<TimingWheel> OF_THREAD = new FastThreadLocal<>();

  private final EventLoop loop;
  private final LongSupplier clockMillis;
  private final Entry[] slots = new Entry[SLOTS];
  private final Entry expiring = new Head();
  private long lastTick;
  private int size;
  private int idleTicks;
  private @Nullable ScheduledFuture<?> timer;

  /**
   * The one wheel of a loop, which must be the calling thread's; whoever needs timeouts shares it.
   */
  public static TimingWheel of(EventLoop loop) {
    if (!loop.inEventLoop()) {
      throw new IllegalStateException("a wheel is used on its own event loop only");
    }
    TimingWheel wheel = OF_THREAD.get();
    if (wheel == null) {
      wheel = new TimingWheel(loop);
      OF_THREAD.set(wheel);
    }
    return wheel;
  }

  TimingWheel(EventLoop loop) {
    this(loop, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
  }

  TimingWheel(EventLoop loop, LongSupplier clockMillis) {
    this.loop = loop;
    this.clockMillis = clockMillis;
    for (int i = 0; i < SLOTS; i++) {
      slots[i] = new Head();
    }
    lastTick = clockMillis.getAsLong() / TICK_MILLIS;
  }

  /** Something with a deadline; in at most one wheel, at most once. */
  public abstract static class Entry {
    private @Nullable Entry previous;
    private @Nullable Entry next;
    private long deadlineMillis;

    /**
     * Its time has come; it is out of the wheel and may be started again.
     *
     * @param lateMillis how long after its time; a little below zero when it is early
     */
    protected abstract void expire(long lateMillis);

    public final boolean isScheduled() {
      return previous != null;
    }
  }

  private static final class Head extends Entry {
    @Override
    protected void expire(long lateMillis) {
      throw new IllegalStateException("the head of a slot never expires");
    }
  }

  /** Starts an entry, or moves it. */
  public void schedule(Entry entry, long delayMillis) {
    cancel(entry);
    if (timer == null) {
      start();
    }
    entry.deadlineMillis = clockMillis.getAsLong() + Math.max(0, delayMillis);
    long tick = Math.max(lastTick + 1, entry.deadlineMillis / TICK_MILLIS);
    link(slots[(int) (tick & (SLOTS - 1))], entry);
  }

  private void link(Entry head, Entry entry) {
    Entry first = head.next;
    entry.previous = head;
    entry.next = first;
    head.next = entry;
    if (first != null) {
      first.previous = entry;
    }
    size++;
  }

  public void cancel(Entry entry) {
    Entry previous = entry.previous;
    if (previous == null) {
      return;
    }
    Entry next = entry.next;
    previous.next = next;
    if (next != null) {
      next.previous = previous;
    }
    entry.previous = null;
    entry.next = null;
    size--;
  }

  /** Fires an entry whose time has come, should the loop have been too busy to do so yet. */
  public void expireIfDue(Entry entry) {
    long lateMillis = clockMillis.getAsLong() - entry.deadlineMillis;
    if (entry.isScheduled() && lateMillis >= 0) {
      cancel(entry);
      entry.expire(lateMillis);
    }
  }

  int size() {
    return size;
  }

  /** The entries of a kind, in no order. */
  public <E extends Entry> List<E> entries(Class<E> kind) {
    List<E> found = new ArrayList<>();
    for (Entry head : slots) {
      for (Entry entry = head.next; entry != null; entry = entry.next) {
        if (kind.isInstance(entry)) {
          found.add(kind.cast(entry));
        }
      }
    }
    return found;
  }

  private void start() {
    lastTick = clockMillis.getAsLong() / TICK_MILLIS;
    idleTicks = 0;
    timer =
        loop.scheduleAtFixedRate(this::advance, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Fires everything whose time has come. */
  void advance() {
    long now = clockMillis.getAsLong();
    long nowTick = now / TICK_MILLIS;
    if (nowTick - lastTick > SLOTS) {
      lastTick = nowTick - SLOTS; // stood still for more than a turn: each slot is looked at once
    }
    while (lastTick < nowTick) {
      lastTick++;
      expireSlot(slots[(int) (lastTick & (SLOTS - 1))], nowTick, now);
    }
    idleTicks = size == 0 ? idleTicks + 1 : 0;
    ScheduledFuture<?> running = timer;
    if (running != null && idleTicks > IDLE_TICKS_BEFORE_STOP) {
      running.cancel(false);
      timer = null;
    }
  }

  /**
   * What is due moves to a list of its own first, since entries start and cancel others while they
   * expire.
   */
  private void expireSlot(Entry head, long nowTick, long now) {
    long due = nowTick * TICK_MILLIS + TICK_MILLIS - 1;
    Entry entry = head.next;
    while (entry != null) {
      Entry following = entry.next;
      if (entry.deadlineMillis <= due) {
        cancel(entry);
        link(expiring, entry);
      }
      entry = following;
    }
    for (Entry first = expiring.next; first != null; first = expiring.next) {
      cancel(first);
      try {
        first.expire(now - first.deadlineMillis);
      } catch (RuntimeException e) {
        LOG.error(
            "a timeout failed; the others go on", e); // else everybody's heartbeats would stop
      }
    }
  }
}
