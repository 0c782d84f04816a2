package parley.history.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import parley.backing.Backing;
import parley.backing.PostgresServer;
import parley.history.Trial;
import parley.history.archive.Archive;
import parley.history.archive.Archive.Outcome;
import parley.history.archive.ArchivedEvent;
import parley.history.archive.Batch;
import parley.history.archive.Kind;

/** What draining does while something else is broken; each test has servers of its own. */
class DrainFaultsTest {
  private PostgresServer postgres;
  private Trial trial;

  @BeforeEach
  void start() {
    postgres = Backing.postgresServer().start();
    trial =
        new Trial(
            Backing.redisServer().appendOnly().config("appendfsync", "always").start(),
            postgres.url());
  }

  @AfterEach
  void stop() throws InterruptedException {
    trial.close();
    postgres.close();
  }

  @Test
  void while_postgres_is_dead_the_log_grows_and_then_all_of_it_is_stored() {
    trial.drain("a");
    say(20);
    await().until(() -> trial.logged() == 0);
    postgres.kill();
    say(200);
    assertThat(trial.logged()).isGreaterThanOrEqualTo(200);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                trial.meters.find("parley_log_backlog").gauges().stream()
                        .mapToDouble(gauge -> gauge.value())
                        .sum()
                    >= 200);
    postgres.start();
    await().atMost(Duration.ofSeconds(20)).until(() -> trial.logged() == 0);
    assertThat(stored()).isEqualTo(220);
  }

  @Test
  void while_postgres_is_frozen_nothing_is_trimmed_and_then_all_of_it_is_stored() {
    trial.drain("a");
    say(20);
    await().until(() -> trial.logged() == 0);
    postgres.pause();
    say(50);
    assertThat(trial.logged()).isEqualTo(50);
    postgres.resume();
    await().atMost(Duration.ofSeconds(20)).until(() -> trial.logged() == 0);
    assertThat(stored()).isEqualTo(70);
  }

  @Test
  void a_restarted_redis_is_drained_on() {
    trial.drain("a");
    say(20);
    await().until(() -> trial.logged() == 0);
    postgres.pause();
    say(50);
    trial.redis.restart();
    assertThat(trial.logged()).isEqualTo(50);
    postgres.resume();
    await().atMost(Duration.ofSeconds(20)).until(() -> trial.logged() == 0);
    trial.open();
    say(10);
    await().atMost(Duration.ofSeconds(20)).until(() -> trial.logged() == 0);
    assertThat(stored()).isEqualTo(80);
  }

  @Test
  void a_redis_that_lost_its_last_entries_is_drained_on_from_wherever_its_log_begins() {
    trial.drain("a");
    postgres.pause();
    say(50);
    trial.redis.restartWithoutLastEntries(30);
    postgres.resume();
    await().atMost(Duration.ofSeconds(20)).until(() -> trial.logged() == 0);
    trial.open();
    say(10);
    await().atMost(Duration.ofSeconds(20)).until(() -> trial.logged() == 0);
    assertThat(stored()).isGreaterThanOrEqualTo(30);
  }

  @Test
  void a_drainer_that_wakes_up_after_its_lease_can_neither_commit_nor_trim() throws Exception {
    Drain sleeper = trial.drain("sleeper");
    await().until(() -> sleeper.held().size() == Trial.SHARDS);
    Map<Integer, Long> oldFences = new TreeMap<>(sleeper.held());
    String replica = trial.sql("SELECT DISTINCT owner FROM history.shard").getFirst().getString(0);
    sleeper.kill();
    Drain heir = trial.drain("heir");
    await().until(() -> heir.held().size() == Trial.SHARDS);
    heir.kill();

    say(10);
    long logged = trial.logged();
    // What the sleeper would do with the batch that it had read before it fell asleep.
    Archive archive = new Archive(trial.vertx, trial.postgres.connectOptions(), replica);
    Committer committer =
        new Committer(archive, trial.keys.shards(), new DrainMetrics(trial.meters, Trial.SHARDS));
    LogReader reader = new LogReader(trial.link(), trial.keys);
    List<Run> runs =
        await()
            .ignoreExceptions()
            .until(
                () -> Trial.await(reader.read(oldFences.keySet(), List.of(), 100, 0)),
                r -> !r.isEmpty());
    assertThat(committer.commit(runs, oldFences)).isFalse();
    assertThat(stored()).isZero();
    assertThat(trial.logged()).isEqualTo(logged);
    archive.close();
  }

  @Test
  void opening_a_shard_refuses_the_commits_that_are_under_way() throws Exception {
    Drain drain = trial.drain("a");
    await().until(() -> drain.held().size() == Trial.SHARDS);
    Map<Integer, Long> before = drain.held();
    trial.sql("UPDATE history.shard SET fence = fence + 1 WHERE shard = 3");
    String replica = trial.sql("SELECT DISTINCT owner FROM history.shard").getFirst().getString(0);
    Archive archive = new Archive(trial.vertx, trial.postgres.connectOptions(), replica);
    ArchivedEvent event =
        new ArchivedEvent("r", 1, 0, 1, Kind.MESSAGE, "ann", null, "{}", null, null);
    Batch batch =
        new Batch(
            List.of(new Batch.Held(2, before.get(2), 1), new Batch.Held(3, before.get(3), 1)),
            List.of(event),
            List.of(),
            List.of());
    assertThat(archive.store(batch)).isInstanceOf(Outcome.Fenced.class);
    assertThat(stored()).isZero();
    await().until(() -> drain.held().get(3) > before.get(3));
    archive.close();
  }

  @Test
  void an_event_that_only_postgres_refuses_is_found_among_the_others_and_parked() throws Exception {
    trial.sql("ALTER TABLE history.event ADD CHECK (json NOT LIKE '%poison%')");
    say(40);
    trial.say("room-1", Trial.ANN, "poison");
    say(40);
    trial.drain("a");
    await().until(() -> trial.logged() == 0);
    assertThat(stored()).isEqualTo(81);
    assertThat(trial.number("SELECT count(*) FROM history.event WHERE kind = 0")).isEqualTo(1);
    assertThat(trial.number("SELECT count(*) FROM history.dead_letter WHERE raw::text IS NOT NULL"))
        .isEqualTo(1);
  }

  private void say(int count) {
    for (int i = 0; i < count; i++) {
      trial.say("room-" + i % 9, Trial.ANN, "text " + i);
    }
  }

  private long stored() {
    return trial.number("SELECT count(*) FROM history.event");
  }
}
