package parley.gateway.room;

import static org.assertj.core.api.Assertions.assertThat;
import static parley.gateway.room.Node.assertChain;
import static parley.gateway.room.Node.eventually;
import static parley.gateway.room.Node.get;

import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import parley.backing.Backing;
import parley.backing.RedisServer;
import parley.gateway.bus.Appended;
import parley.protocol.Ephemeral;

@Isolated("measures times")
class SlowClientTest {
  private static RedisServer redis;
  private static Node node;

  @BeforeAll
  static void start() {
    redis = Backing.freshRedis();
    node = Node.on(redis);
  }

  @AfterAll
  static void stop() {
    node.close();
    redis.close();
  }

  private static void say(String room, int from, int to) {
    List<Future<Appended>> said = new ArrayList<>();
    for (int i = from; i < to; i++) {
      said.add(node.sayLater(room, "m" + i));
    }
    get(Future.all(said));
  }

  @Test
  void one_who_takes_no_more_is_carried_on_in_order_when_it_drains() {
    Client slow = node.client(0);
    Client quick = node.client(0);
    for (Client client : List.of(slow, quick)) {
      client.join("slow-a");
      client.join("slow-b");
    }
    slow.takeOnly(500);
    for (int i = 0; i < 200; i++) {
      say(i % 3 == 0 ? "slow-a" : "slow-b", i, i + 1);
    }
    eventually(() -> assertThat(quick.heard).hasSize(200));
    assertThat(slow.heard).hasSizeLessThan(10);
    assertThat(node.registry.get("parley_sessions_lagging").gauge().value()).isEqualTo(1);
    for (int drains = 0; slow.heard.size() < 200 && drains < 200; drains++) {
      int before = slow.heard.size();
      slow.readOn(2_000);
      eventually(() -> assertThat(slow.heard.size()).isGreaterThan(before));
    }
    slow.readOn(Integer.MAX_VALUE);
    eventually(() -> assertThat(slow.heard).isEqualTo(quick.heard));
    say("slow-a", 200, 201);
    eventually(() -> assertThat(slow.heard).hasSize(201));
    assertThat(slow.offsets).isSorted();
    eventually(
        () -> assertThat(node.registry.get("parley_sessions_lagging").gauge().value()).isZero());
  }

  @Test
  void one_who_lags_beyond_ring_and_recent_is_carried_on_from_history_even_if_that_was_away() {
    Client slow = node.client(1);
    Client quick = node.client(0);
    slow.join("behind");
    quick.join("behind");
    slow.takeOnly(0);
    say("behind", 0, 1_500);
    eventually(() -> assertThat(quick.heard).hasSize(1_500));
    node.opener.history.put("behind", new CopyOnWriteArrayList<>(quick.raw));
    // The ring keeps 3 seconds; wait until it has let the first ones go.
    eventually(
        () -> {
          say("behind", 1_500, 1_501);
          assertThat(get(node.onBus(() -> Future.succeededFuture(oldest("behind")))))
              .isGreaterThan(quick.heard.getFirst().seq());
        });
    redis.command("DEL", node.keys.room("behind").shard().log());
    node.opener.historyAway = true;
    slow.readOn(Integer.MAX_VALUE);
    eventually(() -> assertThat(node.opener.historyCalls.get()).isGreaterThan(2));
    node.opener.historyAway = false;
    eventually(
        () ->
            assertThat(slow.of("behind"))
                .hasSizeGreaterThan(1_500)
                .hasSameSizeAs(quick.of("behind")));
    assertChain(slow.of("behind"));
    assertThat(slow.gaps).isEmpty();
    assertThat(node.count("parley_resumes_total", "source", "history")).isPositive();
  }

  private static long oldest(String room) {
    return node.rooms.rooms().stream()
        .filter(r -> r.keys.room().equals(room))
        .findFirst()
        .orElseThrow()
        .ring
        .floorSeq();
  }

  @Test
  void one_who_takes_no_more_misses_ephemeral_events_and_nothing_else() {
    Client slow = node.client(0);
    slow.join("ephemeral");
    slow.takeOnly(0);
    get(
        node.on(
            0,
            () ->
                slow.loop
                    .lane()
                    .publishToRoom("ephemeral", new Ephemeral("typing", null, "{\"n\":1}"))));
    say("ephemeral", 0, 1);
    eventually(() -> assertThat(node.count("parley_ephemerals_skipped_total")).isPositive());
    slow.readOn(Integer.MAX_VALUE);
    eventually(() -> assertThat(slow.texts("ephemeral")).containsExactly("m0"));
    get(
        node.on(
            0,
            () ->
                slow.loop
                    .lane()
                    .publishToRoom("ephemeral", new Ephemeral("typing", null, "{\"n\":2}"))));
    eventually(() -> assertThat(slow.whispers).containsExactly("{\"n\":2}"));
  }

  @Test
  void a_loop_that_is_far_behind_keeps_a_bounded_inbox_and_its_clients_are_told_what_they_miss()
      throws Exception {
    Client client = node.client(1);
    client.join("overrun");
    say("overrun", 0, 1);
    eventually(() -> assertThat(client.texts("overrun")).containsExactly("m0"));
    CountDownLatch stalled = new CountDownLatch(1);
    client.loop.context().runOnContext(v -> await(stalled));
    Client.Heard first = client.heard.getFirst();
    int count = 2 * Outgoing.INBOX_MAX;
    try {
      for (int from = 0; from < count; from += 10_000) {
        int start = from;
        get(
            node.onBus(
                () -> {
                  publish(first, start, start + 10_000);
                  return Future.succeededFuture();
                }));
      }
      assertThat(client.loop.inbox().size()).isLessThanOrEqualTo(Outgoing.INBOX_MAX + 20_000);
    } finally {
      stalled.countDown();
    }
    eventually(() -> assertThat(client.heard.getLast().seq()).isEqualTo(first.seq() + count));
    assertThat(client.gaps).hasSize(1);
    for (int i = 1; i < client.heard.size(); i++) {
      Client.Heard heard = client.heard.get(i);
      long before = client.heard.get(i - 1).seq();
      assertThat(heard.prev()).isIn(before, client.gaps.getFirst().head());
    }
  }

  /** As if it came from Redis, which never had it. */
  private static void publish(Client.Heard first, int from, int to) {
    Room room =
        node.rooms.rooms().stream()
            .filter(r -> r.keys.room().equals("overrun"))
            .findFirst()
            .orElseThrow();
    for (int i = from; i < to; i++) {
      String json =
          "{\"seq\":%d,\"prev\":%d,\"pos\":%d,\"ts\":1,\"type\":\"message\",\"room\":\"overrun\",\"text\":\"x\"}"
              .formatted(first.seq() + i + 1, first.seq() + i, first.pos() + i + 1);
      room.heard(json.getBytes(StandardCharsets.UTF_8), System.nanoTime());
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
