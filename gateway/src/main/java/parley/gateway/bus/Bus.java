package parley.gateway.bus;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.chassis.redis.RedisRefusal;
import parley.chassis.redis.RedisSubscriptions;
import parley.protocol.Ephemeral;
import parley.protocol.RedisKeys;

/**
 * A node's connections to Redis: its subscriptions, and a lane of commands for each loop and for
 * the bus thread itself.
 */
public final class Bus {
  private static final Logger LOG = LoggerFactory.getLogger(Bus.class);
  private static final long SECOND_MS = 1_000;

  private final BusSettings settings;
  private final RedisKeys keys;
  private final BusMeters meters;
  private final List<Lane> lanes = new ArrayList<>();
  private final Lane ownLane;
  private final StoredMarks marks = new StoredMarks(this);
  private final Nodes nodes = new Nodes(this);
  private final Canary canary;
  private final Lease lease;
  private final RedisSubscriptions subscriptions;
  private final List<Predicate<Ephemeral>> claims = new CopyOnWriteArrayList<>();
  private final List<BusListener> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean stopped;

  private Bus(BusSettings settings, Services chat, MeterRegistry registry) {
    this.settings = settings;
    this.keys = new RedisKeys(settings.shards());
    this.meters = new BusMeters(registry);
    Openings openings = new Openings(settings.context(), chat);
    for (Context context : settings.lanes()) {
      lanes.add(lane(context, openings));
    }
    this.ownLane = lane(settings.context(), openings);
    this.canary = new Canary(this, settings.canaryWithin());
    this.lease = new Lease(this, chat, settings.node());
    this.subscriptions =
        RedisSubscriptions.open(
            settings.context(), settings.redis(), settings.channelsMax(), new Ear());
  }

  private Lane lane(Context context, Openings openings) {
    return new Lane(context, settings.redis(), keys, settings.node().id(), openings, marks, meters);
  }

  /** At once: what Redis must be there for waits, and is refused when its time is up. */
  public static Bus start(BusSettings settings, Services chat, MeterRegistry registry) {
    Bus bus = new Bus(settings, chat, registry);
    bus.ownLane.onUp(bus.lease::renew);
    bus.context().runOnContext(ignored -> bus.fly());
    bus.context().runOnContext(ignored -> bus.tend());
    return bus;
  }

  public String nodeId() {
    return settings.node().id();
  }

  public RedisKeys keys() {
    return keys;
  }

  /** The bus thread. */
  public Context context() {
    return settings.context();
  }

  /** Whether the node's canary came back in time; from any thread. */
  public boolean ready() {
    return canary.isWell();
  }

  /** Whether all that was subscribed is. */
  public boolean isUp() {
    return subscriptions.isUp();
  }

  /**
   * Who hears the control channel first, on the bus thread. What it answers true to is not passed
   * on to clients.
   */
  public void onControl(Predicate<Ephemeral> claim) {
    claims.add(claim);
  }

  public void listen(BusListener listener) {
    listeners.add(listener);
  }

  /**
   * Where a live gateway is reached; null if none has this id. What was once known is kept while
   * Redis is away.
   */
  public Future<@Nullable NodeAddress> node(String id) {
    return nodes.node(id);
  }

  /** All live gateways, this one among them. */
  public Future<List<NodeAddress>> nodes() {
    return nodes.all();
  }

  public Lane lane(int loop) {
    return lanes.get(loop);
  }

  public List<Lane> lanes() {
    return List.copyOf(lanes);
  }

  /** The bus thread's own. */
  public Lane ownLane() {
    return ownLane;
  }

  /** Fails at once without a connection. Bus thread. */
  public Future<Void> subscribe(String channel) {
    return subscriptions.subscribe(channel);
  }

  /** Bus thread. */
  public void unsubscribe(String channel) {
    if (!channel.equals(RedisKeys.CONTROL)) {
      // Where it fails the connection is gone, and the subscription with it.
      subscriptions.unsubscribe(channel).otherwiseEmpty();
    }
  }

  public Future<Void> stop() {
    stopped = true;
    return onBus(
            () -> {
              Future<Void> ended = lease.end();
              return ended.compose(done -> subscriptions.close());
            })
        .compose(
            done -> {
              List<Future<Void>> closed = new ArrayList<>();
              lanes.forEach(lane -> closed.add(lane.close()));
              closed.add(ownLane.close());
              return Future.join(closed).mapEmpty();
            });
  }

  BusMeters meters() {
    return meters;
  }

  <T> Future<T> onBus(Supplier<Future<T>> step) {
    Promise<T> promise = Promise.promise();
    context().runOnContext(ignored -> step.get().onComplete(promise));
    return promise.future();
  }

  private void fly() {
    if (stopped) {
      return;
    }
    if (subscriptions.isUp()) {
      subscribe(RedisKeys.CONTROL).onSuccess(confirmed -> canary.send());
    } else {
      meters.canaryFailing(!canary.isWell());
    }
    context().owner().setTimer(settings.canaryEvery().toMillis(), ignored -> fly());
  }

  private void tend() {
    if (!stopped) {
      lease.renew();
      marks.tend();
      context().owner().setTimer(SECOND_MS, ignored -> tend());
    }
  }

  private void heardControl(byte[] payload) {
    if (canary.heard(payload)) {
      return;
    }
    Ephemeral event = Ephemeral.parse(payload);
    if (event == null) {
      meters.unreadable();
    } else if (claims.stream().noneMatch(claim -> claim.test(event))) {
      listeners.forEach(listener -> listener.heard(RedisKeys.CONTROL, payload));
    }
  }

  /** What the subscriptions tell, on the bus thread. */
  private final class Ear implements RedisSubscriptions.Listener {
    @Override
    public void onMessage(String channel, Buffer payload) {
      byte[] bytes = payload.getBytes();
      if (channel.equals(RedisKeys.CONTROL)) {
        heardControl(bytes);
      } else if (!marks.heard(channel, bytes)) {
        listeners.forEach(listener -> listener.heard(channel, bytes));
      }
    }

    @Override
    public void onUp() {
      marks.up();
      listeners.forEach(BusListener::up);
    }

    @Override
    public void onDown() {
      meters.disconnected();
      listeners.forEach(BusListener::down);
    }

    @Override
    public void onLost(String channel) {
      listeners.forEach(listener -> listener.lost(channel));
    }

    @Override
    public void onRegained(String channel) {
      marks.up();
      listeners.forEach(listener -> listener.regained(channel));
    }

    @Override
    public void onRefused(String channel, RedisRefusal refusal) {
      LOG.error("the subscription to {} was refused: {}", channel, refusal.getMessage());
      listeners.forEach(listener -> listener.refused(channel));
    }
  }
}
