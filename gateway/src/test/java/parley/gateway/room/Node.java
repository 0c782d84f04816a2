package parley.gateway.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import parley.backing.RedisServer;
import parley.chassis.redis.Backoff;
import parley.chassis.redis.RedisAddress;
import parley.chassis.redis.RedisOptions;
import parley.gateway.bus.Appended;
import parley.gateway.bus.Bus;
import parley.gateway.bus.BusSettings;
import parley.gateway.bus.NodeAddress;
import parley.gateway.bus.Speaker;
import parley.protocol.EventTail;
import parley.protocol.RedisKeys;
import parley.protocol.Shards;
import parley.protocol.User;

/** A gateway's core on a real Redis, with some clients. */
final class Node implements AutoCloseable {
  static final User ANN = new User("ann", "Ann");
  private static final AtomicInteger NODES = new AtomicInteger();

  final Vertx vertx = Vertx.vertx();
  final MeterRegistry registry;
  final RedisKeys keys = new RedisKeys(new Shards(4));
  final Opener opener;
  final Bus bus;
  final Rooms rooms;
  private final Context busContext;

  private Node(String redis, int loops, Duration sweepEvery) {
    this(redis, loops, sweepEvery, new SimpleMeterRegistry());
  }

  private Node(String redis, int loops, Duration sweepEvery, MeterRegistry registry) {
    this.registry = registry;
    opener = new Opener(vertx, redis, keys);
    List<Context> lanes = new ArrayList<>();
    for (int i = 0; i < loops; i++) {
      lanes.add(((VertxInternal) vertx).createEventLoopContext());
    }
    busContext = loops == 1 ? lanes.getFirst() : ((VertxInternal) vertx).createEventLoopContext();
    RedisOptions options =
        RedisOptions.of(RedisAddress.of(redis))
            .backoff(new Backoff(Duration.ofMillis(20), Duration.ofMillis(200)));
    NodeAddress address =
        new NodeAddress("n" + NODES.incrementAndGet(), "127.0.0.1:1", "http://127.0.0.1:1", 1);
    bus =
        Bus.start(
            new BusSettings(
                busContext,
                lanes,
                options,
                keys.shards(),
                address,
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                100_000),
            opener,
            registry);
    rooms = Rooms.start(bus, opener, registry, sweepEvery);
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(bus::ready);
  }

  static Node on(RedisServer redis) {
    return new Node(redis.url(), 2, Duration.ofSeconds(30));
  }

  static Node sweeping(RedisServer redis, Duration every) {
    return new Node(redis.url(), 2, every);
  }

  static Node measured(RedisServer redis, MeterRegistry registry) {
    return new Node(redis.url(), 1, Duration.ofSeconds(30), registry);
  }

  static Node onOneLoop(RedisServer redis) {
    return new Node(redis.url(), 1, Duration.ofSeconds(30));
  }

  Client client(int loop) {
    return new Client(rooms.loops().get(loop), ANN);
  }

  Client client(int loop, User user) {
    return new Client(rooms.loops().get(loop), user);
  }

  Appended say(String room, String text) {
    return get(sayLater(room, text));
  }

  Future<Appended> sayLater(String room, String text) {
    return on(
        0, () -> rooms.loops().get(0).lane().append(Speaker.of(ANN), null, message(room, text)));
  }

  static EventTail message(String room, String text) {
    return new EventTail.Message(room, ANN, text, null, null, null);
  }

  <T> Future<T> on(int loop, Supplier<Future<T>> step) {
    return on(rooms.loops().get(loop), step);
  }

  static <T> Future<T> on(Loop loop, Supplier<Future<T>> step) {
    Promise<T> promise = Promise.promise();
    loop.context().runOnContext(ignored -> step.get().onComplete(promise));
    return promise.future();
  }

  static <T> T get(Future<T> future) {
    try {
      CompletableFuture<T> completed = future.toCompletionStage().toCompletableFuture();
      return completed.get(15, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Makes the node miss what is published to a room meanwhile, as nothing but a fault of Redis or
   * ours could.
   */
  void deafTo(String room, Runnable meanwhile) {
    String channel = keys.room(room).channel();
    get(
        onBus(
            () -> {
              bus.unsubscribe(channel);
              return Future.succeededFuture();
            }));
    meanwhile.run();
    get(onBus(() -> bus.subscribe(channel)));
  }

  <T> Future<T> onBus(Supplier<Future<T>> step) {
    Promise<T> promise = Promise.promise();
    busContext.runOnContext(ignored -> step.get().onComplete(promise));
    return promise.future();
  }

  double count(String meter, String... tags) {
    var found = registry.find(meter).tags(tags);
    return found.counters().stream().mapToDouble(c -> c.count()).sum()
        + found.functionCounters().stream().mapToDouble(c -> c.count()).sum();
  }

  static void eventually(org.awaitility.core.ThrowingRunnable assertion) {
    Awaitility.await().atMost(Duration.ofSeconds(15)).untilAsserted(assertion);
  }

  /** No event twice, none left out, over what one client heard of a room. */
  static void assertChain(List<Client.Heard> heard) {
    for (int i = 1; i < heard.size(); i++) {
      assertThat(heard.get(i).prev())
          .as("event %d names its predecessor", i)
          .isEqualTo(heard.get(i - 1).seq());
    }
  }

  @Override
  public void close() {
    rooms.stop();
    get(bus.stop());
    opener.close();
    get(vertx.close());
  }
}
