package parley.history.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import parley.history.Trial;
import parley.history.query.PageRequest;
import parley.history.query.Pages;
import parley.history.query.Pools;
import parley.history.query.Rooms;
import parley.protocol.EventTail;

class RetentionTest {
  private static final long DAY_MICROS = Duration.ofDays(1).toMillis() * 1_000;
  private final Set<String> elsewhere = new HashSet<>();
  private Trial trial;

  @BeforeEach
  void start() {
    trial = new Trial();
    trial.drain("a");
  }

  @AfterEach
  void stop() throws InterruptedException {
    trial.close();
  }

  @Test
  void old_events_go_in_general_and_by_the_rule_of_their_room() throws Exception {
    say("general", 30, 20);
    say("short", 30, 20);
    say("long", 30, 20);
    trial.append(new EventTail.Room("short", null, "{\"retentionDays\":1}", 2));
    trial.append(new EventTail.Room("long", null, "{\"retentionDays\":1000}", 2));
    await().until(() -> trial.logged() == 0);
    assertThat(sweep(Duration.ZERO)).isEqualTo(30);
    assertThat(elsewhere).containsExactly("short");
    assertThat(count("short")).isEqualTo(21);
    assertThat(count("general")).isEqualTo(50);
    assertThat(sweep(Duration.ofDays(30))).isEqualTo(30);
    assertThat(count("general")).isEqualTo(20);
    assertThat(count("long")).isEqualTo(51);
    assertThat(elsewhere).containsExactlyInAnyOrder("short", "general");
    elsewhere.clear();
    assertThat(sweep(Duration.ofDays(30))).isZero();
    assertThat(elsewhere).isEmpty();
  }

  @Test
  void while_they_cannot_be_forgotten_elsewhere_events_stay() throws Exception {
    say("general", 30, 20);
    Retention retention =
        new Retention(
            trial.vertx,
            trial.postgres.connectOptions(),
            Duration.ofDays(30),
            (room, before) -> Future.failedFuture("Redis is away"));
    assertThatThrownBy(retention::sweep).isInstanceOf(Await.Failed.class);
    retention.close();
    assertThat(count("general")).isEqualTo(50);
  }

  @Test
  void what_grows_old_while_it_is_forgotten_elsewhere_stays() throws Exception {
    say("r", 1, 1);
    Retention retention =
        new Retention(
            trial.vertx,
            trial.postgres.connectOptions(),
            Duration.ofDays(1),
            (room, before) -> {
              trial.sql(
                  "UPDATE history.event SET pos = $1 WHERE seq ="
                      + " (SELECT max(seq) FROM history.event)",
                  before + 1);
              await().until(() -> System.currentTimeMillis() * 1_000 - DAY_MICROS > before + 5_000);
              return Future.succeededFuture();
            });
    assertThat(retention.sweep()).isEqualTo(1);
    retention.close();
    assertThat(count("r")).isEqualTo(1);
  }

  @Test
  void what_was_removed_is_told_elsewhere_again_but_not_for_ever() throws Exception {
    say("r", 5, 1);
    sweep(Duration.ofDays(1));
    assertThat(elsewhere).containsExactly("r");
    elsewhere.clear();
    sweep(Duration.ofDays(1));
    assertThat(elsewhere).as("not yet").isEmpty();
    due("1 minute");
    sweep(Duration.ofDays(1));
    assertThat(elsewhere).containsExactly("r");
    elsewhere.clear();
    sweep(Duration.ofDays(1));
    assertThat(elsewhere).as("not at once again").isEmpty();
    assertThat(trial.number("SELECT count(*) FROM history.forgotten WHERE again IS NOT NULL"))
        .isEqualTo(1);
    due("2 hours");
    sweep(Duration.ofDays(1));
    assertThat(elsewhere).containsExactly("r");
    assertThat(trial.number("SELECT count(*) FROM history.forgotten WHERE again IS NOT NULL"))
        .isZero();
    assertThat(count("r")).isEqualTo(1);
  }

  /** As if the boundary had moved so long ago, and it were time to tell it again. */
  private void due(String ago) {
    trial.sql(
        "UPDATE history.forgotten SET moved = now() - interval '%s', again = now()".formatted(ago));
  }

  @Test
  void who_has_all_that_is_gone_has_an_anchor_in_it() throws Exception {
    say("r", 5, 0);
    long head = trial.number("SELECT max(seq) FROM history.event");
    long pos = trial.number("SELECT max(pos) FROM history.event");
    sweep(Duration.ofDays(1));
    Pools pools = Pools.open(trial.vertx, trial.postgres, 2);
    Pages pages = new Pages(trial.vertx, pools, room -> Future.succeededFuture(head));
    assertThat(Trial.await(pages.anchor("r", pos))).isEqualTo(head);
    assertThat(Trial.await(pages.anchor("r", pos - 1))).isNull();
    say("r", 0, 3);
    assertThat(Trial.await(pages.anchor("r", pos))).isEqualTo(head);
    assertThat(Trial.await(pages.anchor("r", pos + 1))).isEqualTo(head);
    assertThat(Trial.await(pages.anchor("r", pos - 1))).isNull();
  }

  @Test
  void an_anchor_that_lies_before_the_last_events_is_not_taken_for_what_is_gone() throws Exception {
    say("r", 1, 0);
    sweep(Duration.ofDays(1));
    long gone = trial.number("SELECT seq FROM history.forgotten");
    trial.sql(
        "INSERT INTO history.event (room, seq, prev, pos, kind, json)"
            + " SELECT 'r', $1::bigint + i, $1::bigint + i - 1, 9000000000000000 + i, 1, '{}'"
            + " FROM generate_series(1, 4097) i",
        gone);
    Pools pools = Pools.open(trial.vertx, trial.postgres, 2);
    Pages pages = new Pages(trial.vertx, pools, room -> Future.succeededFuture(0L));
    assertThat(Trial.await(pages.anchor("r", 9_000_000_000_000_001L))).isNull();
    assertThat(Trial.await(pages.anchor("r", 9_000_000_000_000_002L))).isEqualTo(gone + 2);
  }

  @Test
  void more_than_one_step_is_removed_in_steps() throws Exception {
    trial.sql(
        "INSERT INTO history.event (room, seq, prev, pos, kind, json)"
            + " SELECT 'r', i, i - 1, i, 1, '{}' FROM generate_series(1, 3500) i");
    assertThat(sweep(Duration.ofDays(1))).isEqualTo(3_500);
    assertThat(count("r")).isZero();
  }

  @Test
  void a_room_s_head_outlives_its_events() throws Exception {
    say("r", 5, 0);
    long head = trial.number("SELECT max(seq) FROM history.event");
    sweep(Duration.ofDays(1));
    assertThat(count("r")).isZero();
    Pools pools = Pools.open(trial.vertx, trial.postgres, 2);
    Rooms rooms = new Rooms(pools);
    assertThat(Trial.await(rooms.heads(List.of("r"))).getJsonObject("r").getLong("seq"))
        .isEqualTo(head);
    Pages pages = new Pages(trial.vertx, pools, room -> Future.succeededFuture(head));
    PageRequest latest = new PageRequest("r", new PageRequest.Span.Latest(), 50);
    assertThat(Trial.await(pages.page(latest)).messages()).isEmpty();
  }

  private void say(String room, int old, int young) {
    for (int i = 0; i < old + young; i++) {
      trial.say(room, Trial.ANN, "text " + i);
    }
    await().until(() -> trial.logged() == 0);
    trial.sql(
        "UPDATE history.event SET pos = pos - $2 WHERE room = $1 AND seq IN"
            + " (SELECT seq FROM history.event WHERE room = $1 ORDER BY seq LIMIT $3)",
        room,
        100 * DAY_MICROS,
        (long) old);
  }

  private long sweep(Duration general) throws Exception {
    Retention retention =
        new Retention(
            trial.vertx,
            trial.postgres.connectOptions(),
            general,
            (room, before) -> Future.succeededFuture(elsewhere.add(room)));
    try {
      return retention.sweep();
    } finally {
      retention.close();
    }
  }

  private long count(String room) {
    return trial.number("SELECT count(*) FROM history.event WHERE room = $1", room);
  }
}
