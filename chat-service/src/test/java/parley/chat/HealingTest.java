package parley.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import parley.protocol.ErrorCode;
import parley.protocol.EventTail;
import parley.protocol.Seq;
import parley.protocol.ShardKeys;
import parley.protocol.User;
import parley.protocol.functions.Append;
import parley.protocol.functions.AppendReply;
import parley.protocol.functions.Clock;
import parley.protocol.functions.FunctionLibrary;
import parley.protocol.functions.Heads;
import parley.protocol.functions.Recent;

/** Redis forgets, and what gateways and history know is put back before the shard opens again. */
class HealingTest {
  private static final User ANN = new User("ann", "Ann");
  private Trial trial;

  @BeforeEach
  void start() {
    trial = new Trial();
    trial.inside(
        "PUT",
        "/nodes/gateway1",
        new JsonObject().put("address", trial.peer.address()).put("url", "http://one"));
  }

  @AfterEach
  void stop() {
    trial.close();
  }

  private void load(String room) {
    JsonObject question = new JsonObject().put("room", room).put("user", "ann").put("create", true);
    assertThat(trial.inside("POST", "/rooms/load", question).status()).isEqualTo(200);
  }

  private AppendReply append(String room, String key, EventTail tail, Append.Change change) {
    return Append.reply(
        trial.call(
            Append.service(
                trial.room(room), "ann", new Append.Key.Client(key), tail.json(), change)));
  }

  private long send(String room, String text) {
    AppendReply reply =
        append(
            room,
            "key of " + text,
            new EventTail.Message(room, ANN, text, null, null, "key of " + text),
            Append.Change.NONE);
    return ((AppendReply.Ok) reply).seq();
  }

  /** What a gateway would hold of these rooms: everything that was published. */
  private void keepInRing(String... rooms) {
    for (String room : rooms) {
      List<String> ring =
          trial.peer.rings.computeIfAbsent(
              trial.room(room).shard().index(), shard -> new ArrayList<>());
      trial.log(room).forEach(event -> ring.add(event.encode()));
      trial
          .log(room)
          .forEach(event -> trial.peer.seen = Math.max(trial.peer.seen, event.getLong("pos")));
    }
  }

  /** Redis loses everything; the process is the same, so its functions are still there. */
  private void forgetAll() {
    trial.redis("FLUSHALL");
    trial.redis.restart();
    Trial.await(trial.link.whenUp());
  }

  private Trial.Answer open(int replica, String room) {
    JsonObject question =
        new JsonObject().put("fence", Clock.reply(trial.call(Clock.call())).fence());
    return trial.at(
        replica,
        "Parley-Cluster",
        Trial.SECRET,
        "POST",
        "/internal/shards/" + trial.room(room).shard().index() + "/open",
        question);
  }

  private Heads.Reply heads(String room) {
    return Heads.reply(trial.call(Heads.call(trial.room(room).shard(), List.of(trial.room(room)))));
  }

  private List<String> texts(String room) {
    return trial.log(room).stream().map(event -> event.getString("text", "-")).toList();
  }

  @Test
  void what_redis_lost_comes_back_under_its_own_numbers_and_the_next_number_is_new() {
    load("a");
    load("b");
    List<Long> seqs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      seqs.add(send("a", "a" + i));
      send("b", "b" + i);
    }
    keepInRing("a", "b");
    List<JsonObject> before = trial.log("a");
    forgetAll();

    await().until(() -> open(0, "a").status() == 200);
    assertThat(trial.log("a")).isEqualTo(before);
    assertThat(heads("a").rooms().getFirst().seq()).isEqualTo(seqs.getLast());
    assertThat(heads("a").lastPos()).isGreaterThanOrEqualTo(before.getLast().getLong("pos"));

    load("a");
    long next = send("a", "after");
    JsonObject last = trial.log("a").getLast();
    assertThat(next).isEqualTo(Seq.of(2, 1));
    assertThat(last.getLong("prev")).isEqualTo(seqs.getLast());
    assertThat(last.getLong("pos")).isGreaterThan(before.getLast().getLong("pos"));
    AppendReply repeat =
        append(
            "a",
            "key of a2",
            new EventTail.Message("a", ANN, "a2", null, null, "key of a2"),
            Append.Change.NONE);
    assertThat(repeat).isInstanceOf(AppendReply.Repeat.class);
    assertThat(((AppendReply.Repeat) repeat).seq()).isEqualTo(seqs.get(2));
    assertThat(trial.meters.counter("parley_events_healed_total").count())
        .isGreaterThanOrEqualTo(5);
  }

  @Test
  void a_deletion_that_a_ring_or_history_knows_is_applied_to_what_is_put_back() {
    load("a");
    long first = send("a", "secret one");
    long second = send("a", "secret two");
    send("a", "stays");
    append("a", "d1", new EventTail.Deleted("a", ANN, first), Append.Change.NONE);
    keepInRing("a");
    // History has stored the deletion of the second message, which no ring has seen.
    List<JsonObject> events = trial.log("a");
    JsonObject tombstone = events.get(1).copy();
    tombstone.remove("text");
    trial.peer.commit("a", events.get(0).encode());
    trial.peer.commit("a", tombstone.put("deleted", true).encode());
    forgetAll();

    await().until(() -> open(0, "a").status() == 200);
    assertThat(texts("a")).containsExactly("-", "-", "stays", "-");
    assertThat(trial.log("a").get(0).getBoolean("deleted")).isTrue();
    Recent.Reply recent = Recent.reply(trial.call(Recent.call(trial.room("a"), second)));
    assertThat(recent).isInstanceOf(Recent.Reply.Ok.class);
    assertThat(trial.redis("HVALS", trial.room("a").recent()).toString())
        .doesNotContain("\"text\":\"secret");
    // The deletion's key came back with it: what was to change the message is still refused.
    load("a");
    EventTail late = new EventTail.Edited("a", ANN, first, "secret again", null);
    assertThat(append("a", "late", late, Append.Change.ofMessage(first)))
        .isEqualTo(new AppendReply.Denied(ErrorCode.GONE, -1));
  }

  @Test
  void a_redis_that_lost_only_its_last_entries_gets_only_those() {
    load("a");
    for (int i = 0; i < 6; i++) {
      send("a", "m" + i);
    }
    keepInRing("a");
    List<JsonObject> before = trial.log("a");
    trial.redis.restartWithoutLastEntries(3);
    Trial.await(trial.link.whenUp());
    assertThat(texts("a")).hasSize(3);
    double healed = trial.meters.counter("parley_events_healed_total").count();

    await().until(() -> open(0, "a").status() == 200);
    assertThat(trial.log("a")).isEqualTo(before);
    assertThat(trial.meters.counter("parley_events_healed_total").count() - healed).isEqualTo(3);
  }

  @Test
  void two_openers_at_once_open_one_epoch() {
    trial.add(Map.of());
    load("a");
    send("a", "one");
    keepInRing("a");
    forgetAll();
    trial.peer.tailDelayMs = 300;
    await().until(() -> open(0, "b").status() != 503);
    List<CompletableFuture<Trial.Answer>> answers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int replica = i % 2;
      answers.add(CompletableFuture.supplyAsync(() -> open(replica, "a")));
    }
    List<JsonObject> epochs = answers.stream().map(answer -> answer.join().json()).toList();
    assertThat(epochs).allMatch(json -> json.equals(epochs.getFirst()));
    assertThat(texts("a")).containsExactly("one");
  }

  @Test
  void an_opening_that_died_after_its_commit_is_finished_under_the_same_epoch() {
    trial.add(Map.of());
    load("a");
    int shard = trial.room("a").shard().index();
    String fence = Clock.reply(trial.call(Clock.call())).fence();
    long epoch = heads("a").epoch();
    // As after a death between the commit and the call to Redis.
    trial.sql(
        "update chat.shards set fence = $2, epoch = $3, opened = false where shard = $1",
        shard,
        fence,
        epoch + 5);
    trial.redis("DEL", trial.room("a").shard().shard());
    assertThat(open(1, "a").json().getLong("epoch")).isEqualTo(epoch + 5);
    assertThat(heads("a").open()).isTrue();
    assertThat(open(0, "a").json().getLong("epoch")).isEqualTo(epoch + 5);
  }

  @Test
  void an_opening_that_died_while_it_put_events_back_is_repeated_without_doubles() {
    trial.add(Map.of());
    load("a");
    for (int i = 0; i < 20; i++) {
      send("a", "m" + i);
    }
    keepInRing("a");
    List<JsonObject> before = trial.log("a");
    forgetAll();
    // The first opener gets no further than half of what there is to be put back.
    int shard = trial.room("a").shard().index();
    List<String> whole = trial.peer.rings.get(shard);
    trial.peer.rings.put(shard, new ArrayList<>(whole.subList(0, 11)));
    await().until(() -> open(0, "a").status() == 200);
    trial.peer.rings.put(shard, whole);
    await()
        .untilAsserted(
            () -> {
              trial.redis("HDEL", trial.room("a").shard().shard(), "opened");
              open(1, "a");
              assertThat(trial.log("a")).isEqualTo(before);
            });
  }

  /**
   * As a failover to a machine whose time is behind: what the clock gave out is not known there.
   */
  private void forgetClock() {
    trial.redis("FUNCTION", "LOAD", "REPLACE", FunctionLibrary.source());
  }

  private void opensAbove(long pos) {
    forgetClock();
    for (String room : List.of("a", "b")) {
      await().until(() -> open(0, room).status() == 200);
      load(room);
      send(room, "later " + pos);
      assertThat(trial.log(room).getLast().getLong("pos")).isGreaterThan(pos);
    }
  }

  @Test
  void the_clock_goes_on_above_what_any_shard_has_seen_though_no_gateway_lives() {
    assertThat(trial.room("a").shard()).isNotEqualTo(trial.room("b").shard());
    load("a");
    load("b");
    ShardKeys third = trial.keys.shard(otherShard());
    long future = Clock.reply(trial.call(Clock.call())).pos() + 3_600_000_000L;
    trial.redis("XADD", third.log(), future + "-0", "e", "c\n{}");
    opensAbove(future);

    trial.redis("DEL", third.log());
    trial.redis("HSET", third.shard(), "stored", Long.toString(future * 2));
    opensAbove(future * 2);

    trial.redis("DEL", third.shard());
    trial.sql("update chat.shards set stored = $2 where shard = $1", third.index(), future * 3);
    opensAbove(future * 3);

    trial.peer.clock = future * 4;
    opensAbove(future * 4);
  }

  /** One in which neither room a nor room b lies. */
  private int otherShard() {
    return IntStream.range(0, Trial.SHARDS)
        .filter(i -> i != trial.room("a").shard().index() && i != trial.room("b").shard().index())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void keys_come_back_from_history_when_redis_lost_everything_and_no_ring_has_them() {
    load("a");
    long first = send("a", "one");
    trial.log("a").forEach(event -> trial.peer.commit("a", event.encode()));
    forgetAll();

    await().until(() -> open(0, "a").status() == 200);
    load("a");
    EventTail again = new EventTail.Message("a", ANN, "one", null, null, "key of one");
    AppendReply reply = append("a", "key of one", again, Append.Change.NONE);
    assertThat(reply).isInstanceOf(AppendReply.Repeat.class);
    assertThat(((AppendReply.Repeat) reply).seq()).isEqualTo(first);
  }

  @Test
  void without_history_nothing_is_opened_by_a_guess() {
    trial.peer.historyDown = true;
    Trial.Answer answer = open(0, "a");
    assertThat(answer.code()).isEqualTo("unavailable");
    assertThat(answer.json().getJsonObject("error").getLong("retryAfterMs")).isPositive();
    assertThat(heads("a").open()).isFalse();
    trial.peer.historyDown = false;
    await().until(() -> open(0, "a").status() == 200);
  }

  @Test
  void a_gateway_that_answers_too_late_is_not_waited_for() {
    load("a");
    send("a", "lost");
    keepInRing("a");
    forgetAll();
    trial.peer.tailDelayMs = 5_000;
    long start = System.nanoTime();
    await().until(() -> open(0, "a").status() == 200);
    assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(4_500);
    assertThat(texts("a")).isEmpty();
  }

  @Test
  void a_room_alone_is_loaded_with_the_head_that_history_has() {
    load("a");
    send("a", "one");
    long head = send("a", "two");
    trial.log("a").forEach(event -> trial.peer.commit("a", event.encode()));
    // Stored, trimmed and expired, as of a room that was quiet for a day.
    trial.redis("XTRIM", trial.room("a").shard().log(), "MAXLEN", "0");
    trial.redis("HSET", trial.room("a").shard().shard(), "stored", Long.toString(trial.peer.floor));
    trial.redis("DEL", trial.room("a").hash(), trial.room("a").members());
    assertThat(append("a", "k", new EventTail.Deleted("a", ANN, 1), Append.Change.NONE))
        .isInstanceOf(AppendReply.Absent.class);
    load("a");
    long next = send("a", "three");
    assertThat(trial.log("a").getLast().getLong("prev")).isEqualTo(head);
    assertThat(next).isEqualTo(head + 1);
  }

  @Test
  void a_room_that_lost_its_hash_alone_waits_until_its_log_is_stored() {
    load("a");
    send("a", "not stored yet");
    trial.redis("DEL", trial.room("a").hash());
    JsonObject question = new JsonObject().put("room", "a");
    assertThat(trial.inside("POST", "/rooms/load", question).code()).isEqualTo("unavailable");
  }

  @Test
  void another_number_of_shards_stops_the_start() {
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> trial.add(Map.of("PARLEY_SHARDS", "8")))
        .hasMessageContaining("PARLEY_SHARDS=4");
  }
}
