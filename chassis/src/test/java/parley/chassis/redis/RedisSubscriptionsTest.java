package parley.chassis.redis;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import parley.backing.Backing;
import parley.backing.FreePort;
import parley.backing.RedisServer;

class RedisSubscriptionsTest {

  private static Vertx VERTX;
  private static final Duration SOON = Duration.ofSeconds(10);

  private final Heard heard = new Heard();
  private RedisServer redis;
  private RedisLink link;
  private RedisSubscriptions subscriptions;

  @BeforeEach
  void start() {
    redis = Backing.freshRedis();
    RedisOptions options = RedisLinkTest.quick(RedisAddress.of(redis.url()));
    link = RedisLink.open(VERTX, options);
    subscriptions =
        RedisSubscriptions.open(
            ((VertxInternal) VERTX).createEventLoopContext(), options, 5_000, heard);
    link.whenUp().await();
    await().atMost(SOON).until(subscriptions::isUp);
  }

  @AfterEach
  void stop() {
    subscriptions.close().await();
    link.close().await();
    redis.close();
  }

  @BeforeAll
  static void open() {
    VERTX = Vertx.vertx();
  }

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  @Test
  void what_is_published_after_the_confirmation_is_heard_in_order() {
    subscriptions.subscribe("{1}room:a").await();
    List<Future<Response>> published =
        IntStream.range(0, 2_000).mapToObj(i -> publish("{1}room:a", "m" + i)).toList();
    Future.all(published).await();
    await().atMost(SOON).until(() -> heard.messages.size() == 2_000);
    assertThat(heard.messages)
        .isEqualTo(IntStream.range(0, 2_000).mapToObj(i -> "{1}room:a m" + i).toList());
  }

  @Test
  void every_subscription_is_confirmed_before_it_is_called_done() throws Exception {
    for (int i = 0; i < 300; i++) {
      String channel = "{%d}room".formatted(i);
      subscriptions.subscribe(channel).await(5, SECONDS);
      assertThat(publish(channel, "x").await(5, SECONDS).toInteger()).isEqualTo(1);
    }
  }

  @Test
  void subscribing_and_leaving_in_turns_ends_with_what_was_wanted_last() {
    List<Future<Void>> asked = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      asked.add(subscriptions.subscribe("{1}a"));
      subscriptions.unsubscribe("{1}a");
    }
    Future<Void> last = subscriptions.subscribe("{1}a");
    last.await();
    assertThat(publish("{1}a", "x").await().toInteger()).isEqualTo(1);
    await().atMost(SOON).until(() -> asked.stream().allMatch(Future::isComplete));
    subscriptions.unsubscribe("{1}a").await();
    assertThat(publish("{1}a", "x").await().toInteger()).isZero();
  }

  @Test
  void a_restarted_redis_is_subscribed_again_with_every_channel() {
    List<Future<Void>> asked =
        IntStream.range(0, 3_000).mapToObj(i -> subscriptions.subscribe("{1}r" + i)).toList();
    Future.all(asked).await();
    redis.kill();
    await().atMost(SOON).until(() -> heard.count("down") == 1);
    redis.start();
    await().atMost(SOON).until(() -> heard.count("up") == 2);
    Future.all(
            IntStream.range(0, 3_000)
                .mapToObj(
                    i ->
                        link.whenUp()
                            .compose(ignored -> publish("{1}r" + i, "x"))
                            .map(answer -> assertThat(answer.toInteger()).isEqualTo(1)))
                .toList())
        .await();
  }

  @Test
  void a_paused_redis_is_noticed_and_heard_again() {
    subscriptions.subscribe("{1}a").await();
    redis.pause();
    await().atMost(Duration.ofSeconds(4)).until(() -> heard.count("down") == 1);
    redis.resume();
    await().atMost(SOON).until(() -> heard.count("up") == 2 && link.isUp());
    assertThat(publish("{1}a", "x").await().toInteger()).isPositive();
    await().atMost(SOON).until(() -> heard.messages.contains("{1}a x"));
  }

  @Test
  void a_connection_that_redis_cuts_is_replaced() {
    subscriptions.subscribe("{1}a").await();
    redis.command("CLIENT", "KILL", "TYPE", "pubsub");
    await().atMost(SOON).until(() -> heard.count("up") == 2);
    assertThat(publish("{1}a", "x").await().toInteger()).isEqualTo(1);
  }

  @Test
  void a_quiet_connection_is_not_taken_for_a_dead_one() throws Exception {
    subscriptions.subscribe("{1}a").await();
    await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(5)).until(subscriptions::isUp);
    assertThat(heard.count("down")).isZero();
  }

  @Test
  void without_a_connection_subscribing_fails_and_is_forgotten() {
    redis.kill();
    await().atMost(SOON).until(() -> heard.count("down") == 1);
    assertThatThrownBy(() -> subscriptions.subscribe("{1}late").await(1, SECONDS))
        .isInstanceOf(RedisUnavailable.class);
    redis.start();
    await().atMost(SOON).until(() -> heard.count("up") == 2);
    link.whenUp().await();
    assertThat(publish("{1}late", "x").await().toInteger()).isZero();
  }

  @Test
  void the_number_of_channels_is_bounded() {
    Future.all(
            IntStream.range(0, 5_000).mapToObj(i -> subscriptions.subscribe("{1}r" + i)).toList())
        .await();
    assertThatThrownBy(() -> subscriptions.subscribe("{1}more").await(1, SECONDS))
        .isInstanceOf(RedisUnavailable.class)
        .hasMessageContaining("5000 channels");
  }

  @Test
  void in_a_cluster_channels_of_many_slots_are_subscribed_and_an_unasked_end_is_told() {
    try (RedisServer cluster =
        Backing.redisServer()
            .config("cluster-enabled", "yes")
            // By itself Redis takes its port plus 10,000, where other programs may be.
            .config("cluster-port", Integer.toString(FreePort.find()))
            .start()) {
      cluster.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
      await().atMost(SOON).until(() -> cluster.command("CLUSTER", "INFO").contains("state:ok"));
      Heard told = new Heard();
      RedisSubscriptions many =
          RedisSubscriptions.open(
              ((VertxInternal) VERTX).createEventLoopContext(),
              RedisLinkTest.quick(RedisAddress.of(cluster.url())),
              5_000,
              told);
      await().atMost(SOON).until(many::isUp);
      Future.all(
              IntStream.range(0, 500)
                  .mapToObj(i -> many.subscribe("{%d}room:%d".formatted(i % 64, i)))
                  .toList())
          .await();
      String slot = cluster.command("CLUSTER", "KEYSLOT", "{7}");
      cluster.command("CLUSTER", "DELSLOTS", slot);
      await().atMost(SOON).until(() -> told.count("refused {7}room:7 CLUSTERDOWN") == 1);
      assertThat(told.count("lost {7}room:7")).isEqualTo(1);
      many.close().await();
    }
  }

  @Test
  void large_payloads_arrive_whole() {
    subscriptions.subscribe("{1}a").await();
    String large = "x".repeat(3_000_000);
    publish("{1}a", large).await();
    publish("{1}a", "after").await();
    await().atMost(SOON).until(() -> heard.messages.size() == 2);
    assertThat(heard.messages.get(0)).hasSize("{1}a ".length() + large.length());
    assertThat(heard.messages.get(1)).isEqualTo("{1}a after");
  }

  private Future<Response> publish(String channel, String payload) {
    return link.send(Request.cmd(Command.SPUBLISH).arg(channel).arg(payload));
  }

  static final class Heard implements RedisSubscriptions.Listener {
    final List<String> messages = new CopyOnWriteArrayList<>();
    final List<String> changes = new CopyOnWriteArrayList<>();

    long count(String change) {
      return changes.stream().filter(change::equals).count();
    }

    @Override
    public void onMessage(String channel, Buffer payload) {
      messages.add(channel + " " + payload);
    }

    @Override
    public void onUp() {
      changes.add("up");
    }

    @Override
    public void onDown() {
      changes.add("down");
    }

    @Override
    public void onLost(String channel) {
      changes.add("lost " + channel);
    }

    @Override
    public void onRegained(String channel) {
      changes.add("regained " + channel);
    }

    @Override
    public void onRefused(String channel, RedisRefusal refusal) {
      changes.add("refused " + channel + " " + refusal.code());
    }
  }
}
