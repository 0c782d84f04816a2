package parley.gateway.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static parley.gateway.room.Node.assertChain;
import static parley.gateway.room.Node.eventually;
import static parley.gateway.room.Node.get;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import parley.backing.Backing;
import parley.backing.RedisServer;
import parley.gateway.bus.Appended;
import parley.gateway.bus.Lane;
import parley.gateway.bus.Refused;
import parley.gateway.bus.Speaker;
import parley.protocol.ErrorCode;
import parley.protocol.EventTail;
import parley.protocol.MemberAction;
import parley.protocol.RoomKind;
import parley.protocol.Seq;
import parley.protocol.User;
import parley.protocol.functions.Clock;
import parley.protocol.functions.FunctionLibrary;
import parley.protocol.functions.Load;
import parley.protocol.functions.Open;

/** What a node does when its Redis goes, comes back, or has forgotten. */
class RedisLossTest {
  private RedisServer redis;
  private Node node;

  @BeforeEach
  void start() {
    redis = Backing.redisServer().appendOnly().start();
    node = Node.on(redis);
  }

  @AfterEach
  void stop() {
    node.close();
    redis.close();
  }

  private static List<String> texts(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "m" + i).toList();
  }

  @Test
  void sends_during_a_restart_are_appended_once_and_in_their_order() {
    Client client = node.client(1);
    client.join("restart");
    List<Future<Appended>> said = new ArrayList<>();
    CompletableFuture<Void> restarting = CompletableFuture.completedFuture(null);
    for (int i = 0; i < 300; i++) {
      said.add(node.sayLater("restart", "m" + i));
      if (i % 100 == 50) {
        get(said.get(i - 20));
        restarting.join();
        restarting = CompletableFuture.runAsync(redis::restart);
      }
    }
    restarting.join();
    get(Future.all(said));
    eventually(() -> assertThat(client.texts("restart")).isEqualTo(texts(0, 300)));
    assertChain(client.of("restart"));
    assertThat(Seq.epoch(client.heard.getLast().seq()))
        .isGreaterThan(Seq.epoch(client.heard.getFirst().seq()));
  }

  @Test
  void sends_whose_answers_are_lost_are_not_doubled() {
    Client client = node.client(0);
    client.join("lost-answers");
    List<Future<Appended>> said = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      said.add(node.sayLater("lost-answers", "m" + i));
      if (i % 80 == 40) {
        redis.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        get(said.get(i));
      }
    }
    get(Future.all(said));
    eventually(() -> assertThat(client.texts("lost-answers")).isEqualTo(texts(0, 400)));
  }

  @Test
  void a_library_that_is_gone_is_loaded_again_and_nobody_notices() {
    Client client = node.client(0);
    client.join("flushed");
    node.say("flushed", "m0");
    redis.command("FUNCTION", "FLUSH");
    node.say("flushed", "m1");
    eventually(() -> assertThat(client.texts("flushed")).isEqualTo(texts(0, 2)));
    assertChain(client.of("flushed"));
  }

  @Test
  void a_closed_shard_is_opened_once_however_many_wait_for_it() {
    List<Future<Appended>> said = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      said.add(node.sayLater("opened", "m" + i));
    }
    get(Future.all(said));
    assertThat(node.opener.openings).hasValue(1);
    assertThat(said.stream().map(f -> f.result().seq())).isSorted();
  }

  @Test
  void a_senders_order_holds_when_another_node_opens_the_shard_in_between() {
    Client client = node.client(0);
    client.join("between");
    long epoch = Seq.epoch(node.say("between", "m0").seq());
    redis.command("FUNCTION", "LOAD", "REPLACE", FunctionLibrary.source());
    String fence = Clock.reply(get(node.opener.call(Clock.call()))).fence();
    List<Future<Appended>> said = new ArrayList<>();
    get(
        node.on(
            0,
            () -> {
              Lane lane = node.bus.lane(0);
              said.add(lane.append(Speaker.of(Node.ANN), null, Node.message("between", "m1")));
              openElsewhere(lane, "between", fence, epoch + 1);
              said.add(lane.append(Speaker.of(Node.ANN), null, Node.message("between", "m2")));
              said.add(lane.append(Speaker.of(Node.ANN), null, Node.message("between", "m3")));
              return Future.all(said);
            }));
    assertThat(said.stream().map(f -> f.result().seq())).isSorted();
    eventually(() -> assertThat(client.texts("between")).isEqualTo(texts(0, 4)));
  }

  @Test
  void what_was_overtaken_is_refused_rather_than_put_behind() {
    long epoch = Seq.epoch(node.say("overtaken", "m0").seq());
    String hash = node.keys.room("overtaken").hash();
    List<Future<Appended>> said = new ArrayList<>();
    Future<Appended> first =
        node.on(
            0,
            () -> {
              Lane lane = node.bus.lane(0);
              lane.send(Request.cmd(Command.DEL).arg(hash));
              said.add(lane.append(Speaker.of(Node.ANN), null, Node.message("overtaken", "m1")));
              load(lane, "overtaken", epoch);
              said.add(lane.append(Speaker.of(Node.ANN), null, Node.message("overtaken", "m2")));
              return said.getFirst();
            });
    assertThatThrownBy(() -> get(first))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    assertThat(get(said.get(1)).seq()).isPositive();
  }

  /** What another node's chat-service may do between two of our commands. */
  private void openElsewhere(Lane lane, String room, String fence, long epoch) {
    lane.call(
        Open.call(
            node.keys.room(room).shard(),
            new Open.Opening(fence, epoch, 0, 0, 1_000_000, 1L << 30)));
    load(lane, room, epoch);
  }

  private void load(Lane lane, String room, long epoch) {
    Load.Snapshot snapshot = new Load.Snapshot(1, 0, 0, RoomKind.OPEN, 0, false, Map.of());
    lane.call(Load.call(node.keys.room(room), epoch, snapshot));
  }

  @Test
  void clients_that_heard_what_redis_lost_are_told_what() {
    Client client = node.client(0);
    client.join("forgotten");
    List<Long> seqs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      seqs.add(node.say("forgotten", "m" + i).seq());
    }
    eventually(() -> assertThat(client.of("forgotten")).hasSize(5));
    redis.restartWithoutLastEntries(3);
    Appended next = node.say("forgotten", "m5");
    eventually(() -> assertThat(client.texts("forgotten")).contains("m5"));
    assertThat(client.gaps).hasSize(1);
    Gap gap = client.gaps.getFirst();
    assertThat(gap.lost())
        .isNotEmpty()
        .isEqualTo(seqs.stream().filter(seq -> seq > gap.after()).toList());
    assertThat(gap.head()).isEqualTo(seqs.getLast());
    assertThat(next.prev()).isEqualTo(gap.after());
    assertThat(client.of("forgotten").getLast().prev()).isEqualTo(gap.after());
  }

  /** The chain has gone on without it, which a ring does not show by reaching back far enough. */
  @Test
  void who_comes_with_a_seq_that_was_lost_is_told_so_before_what_came_since() {
    Client witness = node.client(0);
    witness.join("branch");
    Appended last = node.say("branch", "kept");
    redis.restart();
    Appended next = node.say("branch", "since");
    eventually(() -> assertThat(witness.texts("branch")).containsExactly("kept", "since"));
    long lost = last.seq() + 1;
    try (Node other = Node.on(redis)) { // its ring begins at the head
      for (Node asked : List.of(node, other)) {
        Joined joined = asked.client(1).join("branch", lost);
        assertThat(joined.gap())
            .isEqualTo(new Gap("branch", last.seq(), last.seq(), List.of(lost)));
        assertThat(joined.events()).hasSize(1);
        assertThat(joined.head()).isEqualTo(next.seq());
      }
    }
  }

  /** A stream names its rooms, and its last event by its place; of others it cannot tell. */
  @Test
  void who_resumes_behind_an_event_that_was_lost_is_told_so_where_that_can_be() {
    Client witness = node.client(0);
    for (String room : List.of("lost-a", "lost-b", "whole")) {
      witness.join(room);
    }
    Appended inA = node.say("lost-a", "kept");
    node.say("lost-b", "kept");
    Appended last = node.say("whole", "kept");
    redis.restart();
    node.say("lost-a", "since");
    node.say("lost-b", "since");
    node.say("whole", "since");
    node.say("whole", "later");
    eventually(() -> assertThat(witness.texts("whole")).containsExactly("kept", "since", "later"));
    Map<String, Long> all = Map.of("lost-a", 0L, "lost-b", 0L, "whole", 0L);
    long lost = inA.seq() + 1;
    try (Node other = Node.on(redis)) { // its rings begin at the heads
      for (Node asked : List.of(node, other)) {
        Client whole = asked.client(1);
        assertThat(whole.resume(Place.behind(last.pos(), last.seq(), "whole"), all))
            .extracting("events")
            .isEqualTo(4);
        assertThat(whole.gaps).isEmpty();

        Client behind = asked.client(1);
        assertThat(behind.resume(Place.behind(last.pos() + 2, lost, "lost-a"), all))
            .as("told once, however often it comes back")
            .extracting("place")
            .isEqualTo(Place.behind(last.pos() + 2, inA.seq(), "lost-a"));
        assertThat(behind.gaps)
            .extracting(Gap::room)
            .containsExactlyInAnyOrderElementsOf(all.keySet());
        assertThat(behind.gaps)
            .filteredOn(gap -> !gap.lost().isEmpty())
            .containsExactly(new Gap("lost-a", inA.seq(), inA.seq(), List.of(lost)));

        Client elsewhere = asked.client(1);
        elsewhere.resume(
            Place.behind(last.pos() + 1, lost, "lost-a"), Map.of("lost-b", 0L, "whole", 0L));
        assertThat(elsewhere.gaps).as("nobody can tell of a room that is not heard").isEmpty();

        Client one = asked.client(1);
        one.resume(Place.behind(last.pos() + 1, lost, "lost-a"), Map.of("lost-a", 0L));
        assertThat(one.gaps)
            .containsExactly(new Gap("lost-a", inA.seq(), inA.seq(), List.of(lost)));
        assertThat(one.texts("lost-a")).containsExactly("since");
      }
    }
    Appended later = node.say("whole", "in its epoch");
    node.say("whole", "in its epoch too");
    Client in = node.client(0);
    in.resume(Place.behind(later.pos(), later.seq(), "whole"), Map.of("whole", 0L));
    assertThat(in.gaps).as("nothing was lost since").isEmpty();
    assertThat(in.texts("whole")).containsExactly("in its epoch too");

    Client late = node.client(0);
    late.resume(Place.behind(later.pos(), later.prev(), "whole"), Map.of("whole", 0L));
    assertThat(late.gaps)
        .as("it has the place of an event that it has not heard")
        .containsExactly(new Gap("whole", later.prev(), later.seq(), List.of()));
  }

  @Test
  void a_node_tells_what_it_heard_above_redis_head() {
    Client client = node.client(0);
    client.join("tail");
    List<Long> seqs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      seqs.add(node.say("tail", "m" + i).seq());
    }
    eventually(() -> assertThat(client.of("tail")).hasSize(5));
    redis.restartWithoutLastEntries(3);
    eventually(() -> assertThat(node.bus.isUp()).isTrue());
    int shard = node.keys.room("tail").shard().index();
    eventually(
        () -> {
          long head =
              Long.parseLong("0" + redis.command("HGET", node.keys.room("tail").hash(), "head"));
          JsonObject tails = get(node.rooms.tails(shard));
          assertThat(
                  tails.getJsonArray("events").stream()
                      .map(e -> ((JsonObject) e).getLong("seq"))
                      .toList())
              .isNotEmpty()
              .isEqualTo(seqs.stream().filter(seq -> seq > head).toList());
          assertThat(tails.getLong("floor")).isEqualTo(client.heard.getLast().pos());
        });
  }

  @Test
  void while_chat_service_is_away_a_closed_shard_is_unavailable_and_later_all_is_well() {
    node.opener.away = true;
    assertThatThrownBy(() -> node.say("away", "m0"))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE);
              assertThat(refused.retryAfterMs()).isPositive();
            });
    node.opener.away = false;
    assertThat(node.say("away", "m1").prev()).isZero();
  }

  @Test
  void a_node_whose_canary_does_not_come_back_is_not_ready_until_it_does() {
    assertThat(node.bus.ready()).isTrue();
    redis.pause();
    eventually(() -> assertThat(node.bus.ready()).isFalse());
    redis.resume();
    eventually(() -> assertThat(node.bus.ready()).isTrue());
  }

  @Test
  void the_lease_is_written_again_after_redis_forgot_it() {
    redis.command("FLUSHALL");
    eventually(
        () ->
            assertThat(redis.command("GET", "node:" + node.bus.nodeId())).contains("127.0.0.1:1"));
    assertThat(redis.command("SMEMBERS", "nodes")).contains(node.bus.nodeId());
  }

  @Test
  void who_is_banned_hears_the_ban_and_nothing_after_it() {
    User bob = new User("bob", "Bob");
    Client banned = node.client(1, bob);
    Client lagging = node.client(0, bob);
    Client other = node.client(0);
    for (Client client : List.of(banned, lagging, other)) {
      client.join("ban");
    }
    node.say("ban", "m0");
    eventually(() -> assertThat(lagging.texts("ban")).containsExactly("m0"));
    lagging.takeOnly(0);
    node.say("ban", "m1");
    get(
        node.on(
            0,
            () ->
                node.bus
                    .lane(0)
                    .append(
                        Speaker.of(Node.ANN),
                        null,
                        new EventTail.Member(
                            "ban", bob, MemberAction.BANNED, Node.ANN, null, -1L))));
    node.say("ban", "m2");
    eventually(() -> assertThat(other.texts("ban")).containsExactly("m0", "m1", "", "m2"));
    eventually(() -> assertThat(banned.endings).containsExactly("ban BANNED"));
    assertThat(banned.texts("ban")).containsExactly("m0", "m1", "");
    lagging.readOn(Integer.MAX_VALUE);
    eventually(() -> assertThat(lagging.endings).containsExactly("ban BANNED"));
    assertThat(lagging.texts("ban")).containsExactly("m0", "m1", "");
    assertThat(banned.hearing.hears("ban")).isFalse();
  }

  @Test
  void who_is_banned_hears_nothing_after_it_however_fast_it_comes() {
    User bob = new User("bob", "Bob");
    Client banned = node.client(1, bob);
    Client other = node.client(1);
    banned.join("fast-ban");
    other.join("fast-ban");
    node.say("fast-ban", "m0");
    EventTail ban = new EventTail.Member("fast-ban", bob, MemberAction.BANNED, Node.ANN, null, -1L);
    get(
        node.on(
            0,
            () -> {
              node.bus.lane(0).append(Speaker.of(Node.ANN), null, ban);
              node.bus.lane(0).append(Speaker.of(Node.ANN), null, Node.message("fast-ban", "m1"));
              return node.bus
                  .lane(0)
                  .append(Speaker.of(Node.ANN), null, Node.message("fast-ban", "m2"));
            }));
    eventually(() -> assertThat(other.texts("fast-ban")).containsExactly("m0", "", "m1", "m2"));
    assertThat(banned.texts("fast-ban")).containsExactly("m0", "");
  }

  @Test
  void who_waits_for_postgres_is_told_by_the_shards_mark() {
    Appended appended = node.say("stored", "m0");
    Future<Void> stored =
        node.on(1, () -> node.bus.lane(1).stored("stored", appended.pos(), Duration.ofSeconds(10)));
    assertThat(stored.isComplete()).isFalse();
    String channel = node.keys.room("stored").shard().storedChannel();
    eventually(
        () -> {
          redis.command("SPUBLISH", channel, Long.toString(appended.pos()));
          assertThat(stored.succeeded()).isTrue();
        });
    get(node.on(0, () -> node.bus.lane(0).stored("stored", appended.pos(), Duration.ofSeconds(1))));
    Appended later = node.say("stored", "m1");
    assertThatThrownBy(
            () ->
                get(
                    node.on(
                        0,
                        () ->
                            node.bus
                                .lane(0)
                                .stored("stored", later.pos(), Duration.ofMillis(200)))))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.NOT_STORED_YET));
  }
}
