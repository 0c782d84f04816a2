package parley.chassis.redis;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import parley.backing.Backing;
import parley.backing.RedisServer;
import parley.chassis.redis.RedisUnavailable.Kind;

class RedisLinkTest {

  private static Vertx VERTX;
  private static final Duration SOON = Duration.ofSeconds(10);

  private final List<RedisLink> opened = new ArrayList<>();
  private RedisServer redis;

  @BeforeEach
  void start() {
    redis = Backing.freshRedis();
  }

  @AfterEach
  void stop() {
    opened.forEach(link -> link.close().await());
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
  void answers_come_in_the_order_of_the_commands() throws Exception {
    RedisLink link = open(options());
    List<Future<Response>> answers =
        IntStream.range(0, 5_000).mapToObj(i -> link.send(echo("e" + i))).toList();
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i).await(10, SECONDS).toString()).isEqualTo("e" + i);
    }
  }

  @Test
  void an_error_in_a_batch_fails_its_own_command_only() throws Exception {
    RedisLink link = open(options());
    link.send(Request.cmd(Command.SET).arg("text").arg("x")).await(10, SECONDS);
    List<Future<Response>> answers =
        link.batch(
            List.of(echo("a"), Request.cmd(Command.INCR).arg("text"), echo("b"), get("none")));
    assertThat(answers.get(0).await(10, SECONDS).toString()).isEqualTo("a");
    assertThatThrownBy(() -> answers.get(1).await(10, SECONDS))
        .isInstanceOfSatisfying(RedisRefusal.class, e -> assertThat(e.code()).isEqualTo("ERR"));
    assertThat(answers.get(2).await(10, SECONDS).toString()).isEqualTo("b");
    assertThat(answers.get(3).await(10, SECONDS)).isNull();
  }

  @Test
  void a_listener_that_throws_costs_nobody_else_an_answer() throws Exception {
    RedisLink link = open(options());
    VERTX.exceptionHandler(ignored -> {});
    Future<Response> first = link.send(echo("a"));
    first.onSuccess(
        ignored -> {
          throw new IllegalStateException("as the test wants it");
        });
    assertThat(link.send(echo("b")).await(10, SECONDS).toString()).isEqualTo("b");
    assertThat(link.isUp()).isTrue();
  }

  @Test
  void without_a_connection_requests_fail_at_once_and_were_not_sent() {
    redis.kill();
    RedisLink link = RedisLink.open(VERTX, options());
    opened.add(link);
    assertThatThrownBy(() -> link.send(echo("a")).await(1, SECONDS))
        .isInstanceOfSatisfying(
            RedisUnavailable.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.DOWN);
              assertThat(e.mayHaveRun()).isFalse();
            });
  }

  @Test
  void a_link_comes_back_to_a_restarted_redis_and_prepares_the_connection_first() {
    AtomicInteger preparations = new AtomicInteger();
    AtomicInteger ups = new AtomicInteger();
    AtomicInteger downs = new AtomicInteger();
    RedisLink link =
        open(
            options()
                .prepare(
                    connection ->
                        connection
                            .send(Request.cmd(Command.SET).arg("prepared").arg("yes"))
                            .onSuccess(ignored -> preparations.incrementAndGet())));
    link.onUp(ups::incrementAndGet);
    link.onDown(downs::incrementAndGet);
    for (int round = 1; round <= 3; round++) {
      int expected = round;
      redis.kill();
      await().atMost(SOON).until(() -> downs.get() == expected && !link.isUp());
      redis.start();
      await().atMost(SOON).until(() -> ups.get() == expected && link.isUp());
      assertThat(preparations).hasValue(1 + expected);
      assertThat(link.send(get("prepared")).await().toString()).isEqualTo("yes");
    }
  }

  @Test
  void a_failed_preparation_keeps_the_link_down_and_is_tried_again() {
    AtomicInteger attempts = new AtomicInteger();
    RedisLink link =
        RedisLink.open(
            VERTX,
            options()
                .prepare(
                    connection ->
                        attempts.incrementAndGet() < 3
                            ? Future.failedFuture("not yet")
                            : Future.succeededFuture()));
    opened.add(link);
    link.whenUp().await();
    assertThat(attempts).hasValue(3);
  }

  @Test
  void a_paused_redis_is_noticed_while_a_request_waits_and_its_outcome_is_unknown() {
    RedisLink link = open(options());
    redis.pause();
    assertThatThrownBy(() -> link.send(echo("a")).await(5, SECONDS))
        .isInstanceOfSatisfying(RedisUnavailable.class, e -> assertThat(e.mayHaveRun()).isTrue());
    redis.resume();
    await().atMost(SOON).until(link::isUp);
    assertThat(link.send(echo("b")).await().toString()).isEqualTo("b");
  }

  @Test
  void a_paused_redis_is_noticed_although_nobody_asks_it_anything() {
    RedisLink link = open(options());
    redis.pause();
    await().atMost(Duration.ofSeconds(4)).until(() -> !link.isUp());
    redis.resume();
    await().atMost(SOON).until(link::isUp);
  }

  @Test
  void a_connection_that_redis_cuts_is_replaced() {
    RedisLink link = open(options());
    AtomicInteger ups = new AtomicInteger();
    link.onUp(ups::incrementAndGet);
    for (int round = 1; round <= 5; round++) {
      int expected = round;
      redis.command("CLIENT", "KILL", "TYPE", "normal");
      await().atMost(SOON).until(() -> ups.get() == expected);
      assertThat(link.send(echo("x")).await().toString()).isEqualTo("x");
    }
  }

  @Test
  void every_request_under_way_fails_once_when_the_connection_breaks() {
    RedisLink link = open(options());
    redis.pause();
    List<Future<Response>> answers =
        IntStream.range(0, 1_000).mapToObj(i -> link.send(echo("e" + i))).toList();
    redis.kill();
    await().atMost(SOON).until(() -> answers.stream().allMatch(Future::isComplete));
    assertThat(answers)
        .allSatisfy(answer -> assertThat(answer.cause()).isInstanceOf(RedisUnavailable.class));
  }

  @Test
  void what_is_under_way_is_bounded() {
    RedisLink link = open(options().inFlightMax(10));
    redis.pause();
    List<Future<Response>> answers =
        IntStream.range(0, 11).mapToObj(i -> link.send(echo("e" + i))).toList();
    assertThatThrownBy(() -> answers.get(10).await(1, SECONDS))
        .isInstanceOfSatisfying(
            RedisUnavailable.class, e -> assertThat(e.kind()).isEqualTo(Kind.BUSY));
    redis.resume();
    assertThat(Future.all(answers.subList(0, 10)).await().succeeded()).isTrue();
  }

  @Test
  void preparations_can_be_run_again_on_a_live_connection() {
    AtomicInteger preparations = new AtomicInteger();
    RedisLink link =
        open(
            options()
                .prepare(
                    connection -> {
                      preparations.incrementAndGet();
                      return connection.send(echo("p"));
                    }));
    link.prepareAgain().await();
    assertThat(preparations).hasValue(2);
  }

  @Test
  void user_password_and_database_of_the_address_are_used() {
    redis.command("ACL", "SETUSER", "ann", "on", ">p@ss", "~*", "+@all");
    String url = "redis://ann:p%40ss@127.0.0.1:" + redis.port() + "/3";
    RedisLink link = open(quick(RedisAddress.of(url)));
    link.send(Request.cmd(Command.SET).arg("k").arg("v")).await();
    assertThat(redis.command("DBSIZE")).isEqualTo("0");
    assertThat(link.send(Request.cmd(Command.ACL).arg("WHOAMI")).await().toString())
        .isEqualTo("ann");
    assertThatThrownBy(() -> RedisAddress.of("http://h:1")).hasMessageContaining("redis://");
  }

  @Test
  void a_closed_link_says_so_and_stays_closed() {
    RedisLink link = open(options());
    link.close().await();
    assertThatThrownBy(() -> link.send(echo("a")).await())
        .isInstanceOfSatisfying(
            RedisUnavailable.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLOSED));
  }

  private RedisLink open(RedisOptions options) {
    RedisLink link = RedisLink.open(VERTX, options);
    opened.add(link);
    link.whenUp().await();
    return link;
  }

  private RedisOptions options() {
    return quick(RedisAddress.of(redis.url()));
  }

  static RedisOptions quick(RedisAddress address) {
    return RedisOptions.of(address)
        .answerWithin(Duration.ofSeconds(1))
        .pingEvery(Duration.ofMillis(400))
        .backoff(new Backoff(Duration.ofMillis(20), Duration.ofMillis(200)));
  }

  private static Request echo(String text) {
    return Request.cmd(Command.ECHO).arg(text);
  }

  private static Request get(String key) {
    return Request.cmd(Command.GET).arg(key);
  }
}
