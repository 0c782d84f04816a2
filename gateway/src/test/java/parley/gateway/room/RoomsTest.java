package parley.gateway.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static parley.gateway.room.Node.assertChain;
import static parley.gateway.room.Node.eventually;
import static parley.gateway.room.Node.get;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import parley.backing.Backing;
import parley.backing.RedisServer;
import parley.gateway.bus.Appended;
import parley.gateway.bus.Refused;
import parley.gateway.bus.Speaker;
import parley.protocol.Ephemeral;
import parley.protocol.ErrorCode;
import parley.protocol.User;

class RoomsTest {
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

  @Test
  void everyone_in_a_room_hears_the_same_events_in_the_same_order() {
    List<Client> clients = List.of(node.client(0), node.client(0), node.client(1));
    clients.forEach(client -> client.join("order"));
    for (int i = 0; i < 200; i++) {
      node.sayLater("order", "m" + i);
    }
    List<String> expected = IntStream.range(0, 200).mapToObj(i -> "m" + i).toList();
    eventually(
        () -> clients.forEach(client -> assertThat(client.texts("order")).isEqualTo(expected)));
    clients.forEach(client -> assertChain(client.of("order")));
  }

  @Test
  void events_of_many_rooms_are_heard_in_the_order_of_their_positions() {
    Client client = node.client(1);
    for (int r = 0; r < 20; r++) {
      client.join("many" + r);
    }
    List<Future<Appended>> said = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      said.add(node.sayLater("many" + i % 20, "m" + i));
    }
    get(Future.all(said));
    eventually(() -> assertThat(client.heard).hasSize(400));
    assertThat(client.heard).isSortedAccordingTo((a, b) -> Long.compare(a.pos(), b.pos()));
    assertThat(client.offsets).isSorted();
  }

  @Test
  void many_users_who_join_a_room_that_is_not_there_make_it_load_once() {
    List<Client> clients =
        IntStream.range(0, 100)
            .mapToObj(i -> node.client(0, new User("joiner" + i, "Joiner")))
            .toList();
    int before = node.opener.loads.get();
    get(
        node.on(
            0,
            () ->
                Future.all(
                    clients.stream()
                        .map(client -> client.hearing.join("crowded", client.user, null))
                        .toList())));
    assertThat(node.opener.loads.get() - before).isBetween(1, 5);
  }

  @Test
  void a_run_of_events_of_one_room_is_written_and_flushed_once() {
    Client client = node.client(0);
    client.join("run");
    for (int i = 0; i < 500; i++) {
      node.sayLater("run", "m" + i);
    }
    eventually(() -> assertThat(client.of("run")).hasSize(500));
    assertThat(client.writes.get()).isLessThan(250);
    assertThat(client.flushes.get()).isLessThanOrEqualTo(client.writes.get());
  }

  @Test
  void a_join_gives_what_came_after_a_seq_and_then_goes_on_live() {
    Appended first = node.say("joined", "a");
    node.say("joined", "b");
    Appended third = node.say("joined", "c");
    Client client = node.client(0);
    Joined joined = client.join("joined", first.seq());
    assertThat(joined.events()).hasSize(2);
    assertThat(joined.head()).isEqualTo(third.seq());
    assertThat(joined.more()).isFalse();
    Appended next = node.say("joined", "d");
    eventually(() -> assertThat(client.texts("joined")).containsExactly("d"));
    assertThat(client.heard.getFirst().seq()).isEqualTo(next.seq());
    assertThat(client.heard.getFirst().prev()).isEqualTo(joined.head());
  }

  @Test
  void joins_amid_a_stream_neither_miss_nor_repeat() {
    List<Client> clients = new ArrayList<>();
    List<Joined> joins = new ArrayList<>();
    List<Future<Appended>> said = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      said.add(node.sayLater("stream", "m" + i));
      if (i % 20 == 0) {
        Client client = node.client(i / 20 % 2);
        clients.add(client);
        joins.add(client.join("stream"));
      }
    }
    long last = get(Future.all(said)).<Appended>resultAt(599).seq();
    for (int i = 0; i < clients.size(); i++) {
      Client client = clients.get(i);
      eventually(() -> assertThat(client.of("stream").getLast().seq()).isEqualTo(last));
      assertChain(client.of("stream"));
      assertThat(client.of("stream").getFirst().prev()).isEqualTo(joins.get(i).head());
    }
  }

  /** Whoever enters first has the lowest head, but another's answer may be the first to arrive. */
  @Test
  void the_first_joins_of_a_room_amid_its_first_events_neither_miss_nor_repeat() {
    for (int round = 0; round < 20; round++) {
      String room = "first-" + round;
      List<Client> clients = new ArrayList<>();
      List<Future<Joined>> joins = new ArrayList<>();
      List<Future<Appended>> said = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Client client = node.client(i % 2);
        clients.add(client);
        said.add(node.sayLater(room, "a" + i));
        joins.add(Node.on(client.loop, () -> client.hearing.join(room, client.user, null)));
        said.add(node.sayLater(room, "b" + i));
      }
      get(Future.all(joins));
      said.add(node.sayLater(room, "last"));
      long last = get(Future.all(said)).<Appended>resultAt(said.size() - 1).seq();
      for (int i = 0; i < clients.size(); i++) {
        Client client = clients.get(i);
        eventually(() -> assertThat(client.of(room).getLast().seq()).isEqualTo(last));
        assertChain(client.of(room));
        assertThat(client.of(room).getFirst().prev()).isEqualTo(joins.get(i).result().head());
        client.leave(room);
      }
    }
  }

  @Test
  void what_is_done_before_the_first_live_event_is_done_before_it() {
    Client client = node.client(0);
    List<Integer> heardWhenAdmitted = new ArrayList<>();
    get(
        Node.on(
            client.loop,
            () ->
                client.hearing.join(
                    "admitted",
                    Speaker.of(Node.ANN),
                    null,
                    joined -> {
                      io.vertx.core.Promise<Void> slow = io.vertx.core.Promise.promise();
                      node.sayLater("admitted", "during")
                          .onSuccess(
                              appended ->
                                  node.vertx.setTimer(
                                      100,
                                      t ->
                                          client
                                              .loop
                                              .context()
                                              .runOnContext(
                                                  v -> {
                                                    heardWhenAdmitted.add(client.heard.size());
                                                    slow.complete();
                                                  })));
                      return slow.future();
                    })));
    eventually(() -> assertThat(client.texts("admitted")).containsExactly("during"));
    assertThat(heardWhenAdmitted).containsExactly(0);
  }

  @Test
  void a_join_that_cannot_be_admitted_is_undone() {
    Client client = node.client(0);
    Future<Joined> join =
        Node.on(
            client.loop,
            () ->
                client.hearing.join(
                    "undone",
                    Speaker.of(Node.ANN),
                    null,
                    joined -> Future.failedFuture(new IllegalStateException("no record"))));
    assertThatThrownBy(() -> get(join)).hasMessage("no record");
    node.say("undone", "a");
    client.join("undone-after");
    node.say("undone-after", "b");
    eventually(() -> assertThat(client.texts("undone-after")).containsExactly("b"));
    assertThat(client.of("undone")).isEmpty();
  }

  @Test
  void one_who_left_hears_nothing_more() {
    Client client = node.client(1);
    client.join("left");
    node.say("left", "a");
    eventually(() -> assertThat(client.texts("left")).containsExactly("a"));
    client.leave("left");
    node.say("left", "b");
    client.join("left-after");
    node.say("left-after", "c");
    eventually(() -> assertThat(client.texts("left-after")).containsExactly("c"));
    assertThat(client.texts("left")).containsExactly("a");
  }

  @Test
  void one_who_is_no_member_cannot_join_a_private_room() {
    Client client = node.client(0);
    assertThatThrownBy(() -> client.join("private-room"))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo(ErrorCode.NOT_MEMBER));
    assertThat(client.hearing.hears("private-room")).isFalse();
  }

  @Test
  void ephemeral_events_leave_out_their_sender_and_take_no_number() {
    Client sender = node.client(0);
    Client other = node.client(1);
    sender.join("typing");
    other.join("typing");
    get(
        node.on(
            0,
            () ->
                sender
                    .loop
                    .lane()
                    .publishToRoom(
                        "typing", new Ephemeral("typing", sender.id(), "{\"on\":true}"))));
    get(
        node.on(
            0,
            () ->
                sender
                    .loop
                    .lane()
                    .publishToRoom("typing", new Ephemeral("typing", null, "{\"on\":false}"))));
    eventually(() -> assertThat(other.whispers).containsExactly("{\"on\":true}", "{\"on\":false}"));
    eventually(() -> assertThat(sender.whispers).containsExactly("{\"on\":false}"));
  }

  @Test
  void a_user_hears_what_is_for_it_and_what_is_for_everyone() {
    Client client = node.client(0, new parley.protocol.User("zoe", "Zoe"));
    Client other = node.client(1, new parley.protocol.User("yan", "Yan"));
    client.hearUser();
    other.hearUser();
    get(
        node.on(
            0,
            () ->
                node.bus.lane(0).publishToUser("zoe", new Ephemeral("hello", null, "{\"n\":1}"))));
    get(node.on(0, () -> node.bus.lane(0).publishToAll(new Ephemeral("hello", null, "{\"n\":2}"))));
    eventually(() -> assertThat(client.whispers).containsExactly("{\"n\":1}", "{\"n\":2}"));
    eventually(() -> assertThat(other.whispers).containsExactly("{\"n\":2}"));
  }

  @Test
  void a_client_returns_to_another_node_and_gets_what_it_missed_in_order() {
    Client before = node.client(0);
    Joined a = before.join("resume-a");
    Joined b = before.join("resume-b");
    node.say("resume-a", "1");
    eventually(() -> assertThat(before.heard).hasSize(1));
    long pos = before.heard.getLast().pos();
    before.run(before.hearing::close);
    node.say("resume-b", "2");
    node.say("resume-a", "3");
    node.say("resume-b", "4");
    try (Node other = Node.on(redis)) {
      Client after = other.client(1);
      Resumed resumed = after.resume(pos, Map.of("resume-a", a.pos(), "resume-b", b.pos()));
      assertThat(resumed).extracting("events").isEqualTo(3);
      assertThat(after.heard.stream().map(Client.Heard::text)).containsExactly("2", "3", "4");
      node.say("resume-a", "5");
      eventually(
          () ->
              assertThat(after.heard.stream().map(Client.Heard::text))
                  .containsExactly("2", "3", "4", "5"));
    }
  }

  @Test
  void what_rings_and_recent_hold_no_more_is_replayed_from_the_log() {
    Client before = node.client(0);
    Joined first = before.join("replay-a");
    Joined second = before.join("replay-b");
    say("replay-a", 700);
    say("replay-b", 3);
    eventually(() -> assertThat(before.heard).hasSize(703));
    long pos = before.of("replay-a").get(99).pos();
    try (Node other = Node.on(redis)) {
      Client after = other.client(0);
      assertThat(after.resume(pos, Map.of("replay-a", first.pos(), "replay-b", second.pos())))
          .extracting("events")
          .isEqualTo(603);
      assertThat(after.heard).isEqualTo(before.heard.subList(100, 703));
      assertThat(other.count("parley_resumes_total", "source", "log")).isPositive();
      node.say("replay-a", "live");
      eventually(() -> assertThat(after.heard).hasSize(604));
      assertChain(after.of("replay-a"));
    }
  }

  @Test
  void a_client_that_missed_more_than_is_replayed_is_told_so() {
    Client client = node.client(0);
    Joined joined = client.join("too-much");
    say("too-much", Resuming.EVENTS_MAX + 1);
    eventually(() -> assertThat(client.heard).hasSize(Resuming.EVENTS_MAX + 1));
    try (Node other = Node.on(redis)) {
      Client after = other.client(0);
      assertThat(after.resume(joined.pos(), Map.of("too-much", joined.pos())))
          .isInstanceOf(Resumed.Unproved.class);
      assertThat(after.resume(client.heard.getFirst().pos(), Map.of("too-much", joined.pos())))
          .extracting("events")
          .isEqualTo(Resuming.EVENTS_MAX);
    }
  }

  @Test
  void a_client_that_missed_more_than_can_be_had_is_told_so() {
    Client client = node.client(0);
    Joined joined = client.join("unproved");
    say("unproved", 300);
    eventually(() -> assertThat(client.of("unproved")).hasSize(300));
    redis.command("DEL", node.keys.room("unproved").shard().log());
    try (Node other = Node.on(redis)) {
      Client after = other.client(0);
      assertThat(after.resume(joined.pos(), Map.of("unproved", joined.pos())))
          .isInstanceOf(Resumed.Unproved.class);
      assertThat(after.hearing.hears("unproved")).isFalse();
      assertThat(after.resume(Long.MAX_VALUE / 2, Map.of("unproved", joined.pos())))
          .isInstanceOf(Resumed.Unproved.class);
    }
  }

  /** The node hears less of the room than Redis has: the answer ends there, and so does its pos. */
  @Test
  void a_recovery_begins_where_the_answer_to_a_join_ended() {
    Appended first = node.say("ended", "m0");
    try (Node behind = Node.on(redis)) {
      Client earlier = behind.client(0);
      earlier.join("ended");
      Appended last = node.say("ended", "m1");
      eventually(() -> assertThat(earlier.texts("ended")).containsExactly("m1"));
      Client late = behind.client(1);
      behind.deafTo(
          "ended",
          () -> {
            node.say("ended", "m2");
            node.say("ended", "m3");
            Joined joined = late.join("ended", first.seq());
            assertThat(joined.events()).hasSize(1);
            assertThat(joined.head()).isEqualTo(last.seq());
            Client elsewhere = node.client(0);
            assertThat(elsewhere.resume(0, Map.of("ended", joined.pos())))
                .extracting("events")
                .isEqualTo(2);
            assertThat(elsewhere.texts("ended")).containsExactly("m2", "m3");
          });
      node.say("ended", "m4");
      eventually(() -> assertThat(late.texts("ended")).containsExactly("m2", "m3", "m4"));
    }
  }

  @Test
  void a_join_from_far_back_is_put_off_while_history_is_away() {
    Client before = node.client(0);
    before.join("put-off");
    say("put-off", 600);
    eventually(() -> assertThat(before.of("put-off")).hasSize(600));
    long first = before.heard.getFirst().seq();
    redis.command("DEL", node.keys.room("put-off").shard().log());
    try (Node other = Node.on(redis)) {
      other.opener.history.put("put-off", before.raw);
      other.opener.historyAway = true;
      Client after = other.client(0);
      assertThatThrownBy(() -> after.join("put-off", first))
          .isInstanceOf(Refused.class)
          .extracting(refused -> ((Refused) refused).code())
          .isEqualTo(ErrorCode.UNAVAILABLE);
      assertThat(after.hearing.hears("put-off")).isFalse();
      long head = before.heard.getLast().seq();
      assertThat(after.join("put-off", head)).returns(null, Joined::gap);
      after.leave("put-off");
      other.opener.historyAway = false;
      Awaitility.await()
          .ignoreException(Refused.class)
          .untilAsserted(
              () ->
                  assertThat(after.join("put-off", first))
                      .returns(true, Joined::more)
                      .returns(null, Joined::gap));
    }
  }

  @Test
  void a_client_that_returns_waits_a_little_for_history() {
    Client before = node.client(0);
    Joined joined = before.join("waits");
    say("waits", 600);
    eventually(() -> assertThat(before.of("waits")).hasSize(600));
    long pos = before.heard.getFirst().pos();
    redis.command("DEL", node.keys.room("waits").shard().log());
    try (Node other = Node.on(redis)) {
      other.opener.history.put("waits", before.raw);
      other.opener.historyAway = true;
      other.vertx.setTimer(500, late -> other.opener.historyAway = false);
      Client after = other.client(0);
      assertThat(after.resume(pos, Map.of("waits", joined.pos())))
          .extracting("events")
          .isEqualTo(599);
    }
  }

  @Test
  void a_client_of_a_quiet_room_returns_while_history_is_away() {
    Client before = node.client(0);
    Joined joined = before.join("quiet");
    node.say("quiet", "once");
    eventually(() -> assertThat(before.of("quiet")).hasSize(1));
    long pos = before.heard.getLast().pos();
    redis.command("DEL", node.keys.room("quiet").recent());
    redis.command("DEL", node.keys.room("quiet").shard().log());
    try (Node other = Node.on(redis)) {
      other.opener.historyAway = true;
      assertThat(other.client(0).resume(pos, Map.of("quiet", joined.pos())))
          .extracting("events")
          .isEqualTo(0);
    }
  }

  /** What a ring held when a client came back may be gone when its other rooms have been asked. */
  @Test
  void nothing_is_skipped_in_a_busy_room_while_another_is_looked_up() {
    Client before = node.client(0);
    Joined busy = before.join("busy");
    Joined old = before.join("old");
    say("old", 600);
    eventually(() -> assertThat(before.of("old")).hasSize(600));
    long pos = before.of("old").getFirst().pos();
    redis.command("DEL", node.keys.room("old").shard().log());
    try (Node other = Node.on(redis)) {
      other.client(1).join("busy");
      other.opener.history.put("old", before.raw);
      other.opener.historySlow = true;
      say("busy", 140);
      Client after = other.client(0);
      Future<Resumed> resuming =
          Node.on(
              after.loop,
              () ->
                  after.hearing.resume(
                      after.user, Place.at(pos), Map.of("busy", busy.pos(), "old", old.pos())));
      // The ring keeps 3 seconds: it lets the first go while the other room is being asked for.
      eventually(() -> assertThat(other.opener.historyCalls.get()).isPositive());
      int[] more = {0};
      eventually(
          () -> {
            node.say("busy", "more");
            more[0]++;
            assertThat(floor(other, "busy")).isPositive();
          });
      other.opener.historySlow = false;
      assertThat(get(resuming)).isInstanceOf(Resumed.Recovered.class);
      eventually(() -> assertThat(after.of("busy")).hasSize(140 + more[0]));
      assertThat(after.of("old")).hasSize(599);
    }
  }

  private static long floor(Node node, String room) {
    return get(
        node.onBus(
            () ->
                Future.succeededFuture(
                    node.rooms.rooms().stream()
                        .filter(r -> r.keys.room().equals(room))
                        .findFirst()
                        .orElseThrow()
                        .ring
                        .floorSeq())));
  }

  @Test
  void whether_a_client_has_missed_something_stays_open_while_a_room_cannot_be_asked() {
    Client client = node.client(0);
    Joined joined = client.join("asked");
    try (Node other = Node.on(redis)) {
      redis.command("DEL", node.keys.room("asked").hash());
      other.opener.away = true;
      Client after = other.client(0);
      assertThatThrownBy(() -> after.resume(joined.pos(), Map.of("asked", joined.pos())))
          .isInstanceOf(Refused.class)
          .extracting(refused -> ((Refused) refused).code())
          .isEqualTo(ErrorCode.UNAVAILABLE);
      other.opener.away = false;
      assertThat(after.resume(joined.pos(), Map.of("asked", joined.pos())))
          .extracting("events")
          .isEqualTo(0);
    }
  }

  private static void say(String room, int count) {
    List<Future<Appended>> said = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      said.add(node.sayLater(room, "m" + i));
      if (said.size() == 1_000) { // a loop refuses more than 2,000 without an answer
        get(Future.all(said));
        said.clear();
      }
    }
    get(Future.all(said));
  }

  @Test
  void a_node_is_found_by_its_id() {
    assertThat(get(node.bus.node(node.bus.nodeId())).address()).isEqualTo("127.0.0.1:1");
    assertThat(get(node.bus.node("nobody"))).isNull();
    assertThat(get(node.bus.nodes())).extracting(n -> n.id()).contains(node.bus.nodeId());
  }
}
