package parley.gateway.room;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Bus;
import parley.gateway.bus.Lane;
import parley.gateway.bus.Services;
import parley.protocol.Ephemeral;
import parley.protocol.RedisKeys;

/**
 * The rooms of a node, and its loops. The bus thread owns the rooms and feeds every loop in order:
 * what a tick brings goes to a loop's inbox at once.
 */
public final class Rooms {
  /** A gap that is not repaired by then is told. */
  static final Duration REPAIR_MAX = Duration.ofSeconds(2);

  /** A join whose subscription does not stand by then is refused. */
  static final Duration ATTACH_MAX = Duration.ofSeconds(5);

  private static final long TEND_MS = 1_000;

  /** How often a loop that is behind is looked at. */
  private static final long BEHIND_MS = 20;

  private final Bus bus;
  private final RoomMeters meters;
  private final List<Loop> loops = new ArrayList<>();
  private final List<Outgoing> outgoing = new ArrayList<>();
  private final Past past;
  private final CatchUp catchUp = new CatchUp(this);
  private final Recovery recovery = new Recovery(this);
  private final Feeds feeds;
  private final Duration sweepEvery;

  // Bus thread only.
  private boolean handingOver;
  private long sweptNanos = System.nanoTime();
  private long highestPos;
  private boolean stopped;

  private Rooms(Bus bus, Services history, MeterRegistry registry, Duration sweepEvery) {
    this.bus = bus;
    this.meters = new RoomMeters(registry);
    this.sweepEvery = sweepEvery;
    this.feeds = new Feeds(this, bus);
    this.past = new Past(bus.ownLane(), new History(history), meters);
    for (Lane lane : bus.lanes()) {
      loops.add(new Loop(loops.size(), lane, this, meters));
      outgoing.add(new Outgoing(loops.getLast()));
    }
  }

  /**
   * @param history where history-service answers
   * @param sweepEvery how often heads are compared to find a lost last event
   */
  public static Rooms start(
      Bus bus, Services history, MeterRegistry registry, Duration sweepEvery) {
    Rooms rooms = new Rooms(bus, history, registry, sweepEvery);
    bus.listen(rooms.feeds);
    rooms.onBus(rooms::tendLater);
    return rooms;
  }

  public List<Loop> loops() {
    return loops;
  }

  /**
   * The answer to {@code POST /internal/tails}: what this node heard of a shard above Redis' heads.
   */
  public Future<JsonObject> tails(int shard) {
    Promise<JsonObject> promise = Promise.promise();
    onBus(() -> new Tails(this, shard).collect().onComplete(promise));
    return promise.future();
  }

  /** Ends timers; the bus ends its connections itself. */
  public void stop() {
    onBus(() -> stopped = true);
  }

  // What follows is for the package.

  RedisKeys keys() {
    return bus.keys();
  }

  RoomMeters meters() {
    return meters;
  }

  Past past() {
    return past;
  }

  /** The bus thread's own commands. */
  Lane lane() {
    return bus.ownLane();
  }

  boolean connected() {
    return bus.isUp() && bus.ownLane().isUp();
  }

  void onBus(Runnable action) {
    bus.context().runOnContext(ignored -> action.run());
  }

  void later(long ms, Runnable action) {
    bus.context().owner().setTimer(ms, ignored -> onBus(action));
  }

  /** Bus thread: at the end of the tick it goes to the loop. */
  void put(Loop loop, Item item) {
    outgoing.get(loop.index()).put(item);
    if (!handingOver) {
      handingOver = true;
      onBus(this::handOver);
    }
  }

  void signal(Loop loop, Runnable action) {
    put(loop, new Item.Signal(action));
  }

  /** Runs it on the loop, behind all that the loop has been fed so far. From any thread. */
  void inOrder(Loop loop, Runnable action) {
    onBus(() -> signal(loop, action));
  }

  private void handOver() {
    handingOver = false;
    boolean behind = false;
    for (Outgoing loop : outgoing) {
      behind |= loop.handOver();
    }
    if (behind && !handingOver) {
      handingOver = true;
      later(BEHIND_MS, this::handOver);
    }
  }

  @Nullable Whisper whisper(Feed feed, byte[] payload) {
    Ephemeral event = Ephemeral.parse(payload);
    if (event == null) {
      meters.unreadable();
      return null;
    }
    return new Whisper(event);
  }

  void seen(long pos) {
    highestPos = Math.max(highestPos, pos);
  }

  long highestPos() {
    return highestPos;
  }

  List<Room> rooms() {
    return feeds.rooms();
  }

  void attach(Share share) {
    onBus(() -> feeds.attach(share));
  }

  void detach(Share share) {
    onBus(() -> feeds.detach(share));
  }

  /** A member has entered: the chain of its room begins here, if it has not yet. */
  void started(Share share, long head, long pos) {
    onBus(
        () -> {
          if (share.feed instanceof Room room) {
            begin(room, head, pos);
          }
        });
  }

  void begin(Room room, long head, long pos) {
    if (room.started(head, pos)) {
      feeds.compare(List.of(room));
    }
  }

  void carryOn(
      Loop loop,
      List<Slice.Ask> asks,
      long position,
      long untilNanos,
      Consumer<@Nullable List<Slice>> then) {
    onBus(() -> catchUp.carryOn(loop, asks, position, untilNanos, then));
  }

  void behind(
      Share share,
      long after,
      long head,
      long pos,
      int max,
      Consumer<CatchUp.@Nullable Behind> then) {
    onBus(() -> catchUp.behind(share, after, head, pos, max, then));
  }

  void resume(Loop loop, List<Recovery.Ask> asks, int max, Consumer<Recovery.Replay> then) {
    onBus(() -> recovery.resume(loop, asks, max, then));
  }

  private void tendLater() {
    if (!stopped) {
      tend();
      later(TEND_MS, this::tendLater);
    }
  }

  private void tend() {
    long now = System.nanoTime();
    feeds.dropIdle(now);
    if (now - sweptNanos > sweepEvery.toNanos() && bus.isUp()) {
      sweptNanos = now;
      feeds.sweep();
    }
  }
}
