package parley.history.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import parley.history.Trial;
import parley.protocol.EventTail;
import parley.protocol.functions.AppendReply;

class DrainTest {
  private Trial trial;

  @BeforeEach
  void start() {
    trial = new Trial();
  }

  @AfterEach
  void stop() throws InterruptedException {
    trial.close();
  }

  @Test
  void every_event_is_stored_as_it_was_published_and_leaves_the_log() {
    trial.drain("a");
    Map<Long, Long> prevBySeq = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      AppendReply.Ok ok = trial.say("room-" + i % 7, Trial.ANN, "text " + i);
      prevBySeq.put(ok.pos(), ok.prev());
    }
    await().until(() -> trial.logged() == 0);
    List<Row> rows = trial.sql("SELECT room, seq, prev, pos, json FROM history.event ORDER BY pos");
    assertThat(rows).hasSize(300);
    long last = 0;
    for (Row row : rows) {
      JsonObject event = new JsonObject(row.getString("json"));
      assertThat(event.getString("room")).isEqualTo(row.getString("room"));
      assertThat(event.getLong("seq")).isEqualTo(row.getLong("seq"));
      assertThat(event.getLong("prev")).isEqualTo(row.getLong("prev"));
      assertThat(row.getLong("prev")).isEqualTo(prevBySeq.get(row.getLong("pos")));
      assertThat(row.getLong("pos")).isGreaterThan(last);
      last = row.getLong("pos");
    }
  }

  @Test
  void the_stored_mark_follows_a_send_at_once_and_not_at_the_next_poll() {
    // A read blocks for 100 ms: were it not woken, half of the samples would take 50.
    assertThat(medianToStored()).isLessThan(Duration.ofMillis(45));
  }

  @Test
  @Tag("full")
  void the_stored_mark_follows_a_send_within_ten_milliseconds() {
    assertThat(medianToStored()).isLessThanOrEqualTo(Duration.ofMillis(10));
  }

  private Duration medianToStored() {
    Drain drain = trial.drain("a");
    await().until(() -> drain.held().size() == Trial.SHARDS);
    trial.say("r", Trial.ANN, "warm up");
    await().until(() -> trial.logged() == 0);
    List<Long> took = new ArrayList<>();
    String shard = trial.keys.room("r").shard().shard();
    for (int i = 0; i < 40; i++) {
      long pos = trial.say("r", Trial.ANN, "text " + i).pos();
      long started = System.nanoTime();
      await()
          .pollInSameThread()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> Long.parseLong(trial.redis.command("HGET", shard, "stored")) >= pos);
      took.add(System.nanoTime() - started);
    }
    took.sort(null);
    return Duration.ofNanos(took.get(20));
  }

  @Test
  void read_marks_have_no_number_and_only_go_forward() {
    trial.drain("a");
    long seq = trial.say("r", Trial.ANN, "one").seq();
    long later = trial.say("r", Trial.ANN, "two").seq();
    trial.read("r", "bob", later);
    trial.read("r", "bob", seq);
    trial.read("r", "ann", seq);
    await().until(() -> trial.logged() == 0);
    assertThat(trial.number("SELECT seq FROM history.read_mark WHERE user_id = 'bob'"))
        .isEqualTo(later);
    assertThat(trial.number("SELECT seq FROM history.read_mark WHERE user_id = 'ann'"))
        .isEqualTo(seq);
    assertThat(trial.number("SELECT count(*) FROM history.event")).isEqualTo(2);
  }

  @Test
  void replicas_share_the_shards_and_share_anew_when_one_comes_or_goes()
      throws InterruptedException {
    Drain a = trial.drain("a");
    await().until(() -> a.held().size() == Trial.SHARDS);
    Drain b = trial.drain("b");
    await().until(() -> a.held().size() == Trial.SHARDS / 2 && b.held().size() == Trial.SHARDS / 2);
    Set<Integer> all = new HashSet<>(a.held().keySet());
    all.addAll(b.held().keySet());
    assertThat(all).hasSize(Trial.SHARDS);
    a.stop();
    await().until(() -> b.held().size() == Trial.SHARDS);
  }

  @Test
  void the_shards_of_a_dead_replica_are_drained_by_another() {
    // Twice the bound of a quiet machine: builds share theirs.
    assertThat(takeover()).isLessThan(Duration.ofSeconds(4));
  }

  @Test
  @Tag("full")
  void the_shards_of_a_dead_replica_are_drained_by_another_within_two_seconds() {
    assertThat(takeover()).isLessThan(Duration.ofSeconds(2));
  }

  private Duration takeover() {
    Drain a = trial.drain("a");
    Drain b = trial.drain("b");
    await().until(() -> a.held().size() == Trial.SHARDS / 2 && b.held().size() == Trial.SHARDS / 2);
    a.kill();
    long died = System.nanoTime();
    for (int i = 0; i < 30; i++) {
      trial.say("room-" + i, Trial.ANN, "after the death");
    }
    await().pollInterval(Duration.ofMillis(20)).until(() -> trial.logged() == 0);
    Duration took = Duration.ofNanos(System.nanoTime() - died);
    assertThat(trial.number("SELECT count(*) FROM history.event")).isEqualTo(30);
    return took;
  }

  @Test
  void a_room_s_chain_stays_whole_while_replicas_come_and_go() throws InterruptedException {
    List<Drain> drains = new ArrayList<>(List.of(trial.drain("a"), trial.drain("b")));
    for (int round = 0; round < 6; round++) {
      for (int i = 0; i < 150; i++) {
        trial.say("room-" + i % 5, Trial.ANN, "text " + i);
      }
      Drain leaving = drains.removeFirst();
      if (round % 2 == 0) {
        leaving.kill();
      } else {
        leaving.stop();
      }
      drains.add(trial.drain("next"));
    }
    await().until(() -> trial.logged() == 0);
    assertThat(trial.number("SELECT count(*) FROM history.event")).isEqualTo(900);
    assertThat(
            trial.number(
                "SELECT count(*) FROM (SELECT prev, lag(seq, 1, 0::bigint) OVER"
                    + " (PARTITION BY room ORDER BY seq) AS before FROM history.event) e"
                    + " WHERE prev <> before"))
        .isZero();
  }

  @Test
  void entries_read_again_after_a_crash_between_commit_and_trim_change_nothing() {
    long seq = trial.say("r", Trial.ANN, "hello").seq();
    trial.append(new EventTail.Reaction("r", Trial.BOB, seq, "👍", true));
    String log = trial.keys.room("r").shard().log();
    String copy = log + "copy";
    trial.redis.command("COPY", log, copy);
    trial.drain("a");
    await().until(() -> trial.logged() == 0);
    // The log as it would be had the trim never come.
    trial.redis.command("RENAME", copy, log);
    await().until(() -> trial.logged() == 0);
    assertThat(trial.number("SELECT count(*) FROM history.event")).isEqualTo(2);
    assertThat(trial.number("SELECT n FROM history.reaction_count")).isEqualTo(1);
    assertThat(trial.meters.counter("parley_events_repeated_total").count()).isEqualTo(2);
  }

  @Test
  void an_event_that_cannot_be_read_keeps_its_place_and_is_parked() {
    trial.drain("a");
    long before = trial.say("r", Trial.ANN, "before").seq();
    AppendReply.Ok bad =
        trial.append("r", "\"type\":\"message\",\"room\":\"r\",\"from\":{\"id\":\"ann\",,,}");
    AppendReply.Ok nul =
        trial.append(
            "r", "\"type\":\"edited\",\"room\":\"r\",\"from\":{\"id\":\"a\\u0000\"},\"target\":1}");
    long after = trial.say("r", Trial.ANN, "after").seq();
    await().until(() -> trial.logged() == 0);
    List<Row> rows = trial.sql("SELECT seq, prev, kind, json FROM history.event ORDER BY seq");
    assertThat(rows)
        .extracting(row -> row.getLong("seq"))
        .containsExactly(before, bad.seq(), nul.seq(), after);
    assertThat(rows.get(1).getLong("prev")).isEqualTo(before);
    JsonObject placeholder = new JsonObject(rows.get(1).getString("json"));
    assertThat(placeholder.getLong("prev")).isEqualTo(before);
    assertThat(placeholder.getBoolean("deleted")).isTrue();
    assertThat(trial.number("SELECT count(*) FROM history.dead_letter")).isEqualTo(2);
    assertThat(trial.meters.counter("parley_dead_letters_total").count()).isEqualTo(2);
  }

  @Test
  void entries_that_are_no_events_at_all_are_parked_and_do_not_stop_the_log() {
    String log = trial.keys.room("r").shard().log();
    long pos = trial.say("r", Trial.ANN, "before").pos();
    trial.redis.command("XADD", log, (pos + 1) + "-0", "e", "no newline");
    trial.redis.command("XADD", log, (pos + 2) + "-0", "what", "is this");
    trial.redis.command("XADD", log, (pos + 3) + "-0", "r", "r\nann\nnumber");
    trial.say("r", Trial.ANN, "after");
    trial.drain("a");
    await().until(() -> trial.logged() == 0);
    assertThat(trial.number("SELECT count(*) FROM history.event")).isEqualTo(2);
    assertThat(trial.number("SELECT count(*) FROM history.dead_letter")).isEqualTo(3);
  }

  @Test
  void odd_but_valid_json_is_stored_byte_for_byte() {
    trial.drain("a");
    String tail =
        "\"type\":\"message\",\"room\":\"r\",\"from\":{\"id\":\"ann\",\"name\":\"A\\\"}\\u2028\"},\"text\":\"\\ud83d\\ude00"
            + " \\u0001 'quote' \\\\"
            + " $1\",\"data\":{\"nul\":\"\\u0000\",\"big\":1e400,\"half\":\"\\ud800\"}}";
    trial.append("r", tail);
    await().until(() -> trial.logged() == 0);
    assertThat(trial.sql("SELECT json FROM history.event").getFirst().getString(0)).endsWith(tail);
    assertThat(trial.number("SELECT count(*) FROM history.dead_letter")).isZero();
  }
}
