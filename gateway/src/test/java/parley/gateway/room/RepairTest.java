package parley.gateway.room;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static parley.gateway.room.Node.assertChain;
import static parley.gateway.room.Node.eventually;
import static parley.gateway.room.Node.get;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import parley.backing.Backing;
import parley.backing.RedisServer;
import parley.gateway.bus.Appended;

/** What happens to the chain when events, or the memory of them, are missing. */
class RepairTest {
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

  private static List<String> texts(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "m" + i).toList();
  }

  private static void say(String room, int from, int to) {
    List<Future<Appended>> said = new ArrayList<>();
    for (int i = from; i < to; i++) {
      said.add(node.sayLater(room, "m" + i));
    }
    get(Future.all(said));
  }

  @Test
  void a_lost_event_is_put_back_in_its_place_when_the_next_one_comes() {
    Client client = node.client(0);
    client.join("lost");
    say("lost", 0, 2);
    node.deafTo("lost", () -> say("lost", 2, 5));
    say("lost", 5, 7);
    eventually(() -> assertThat(client.texts("lost")).isEqualTo(texts(0, 7)));
    assertThat(client.gaps).isEmpty();
    assertThat(node.count("parley_gaps_repaired_total", "source", "recent")).isPositive();
  }

  @Test
  void a_lost_last_event_is_found_by_the_sweep() {
    try (Node sweeping = Node.sweeping(redis, Duration.ofSeconds(1))) {
      Client client = sweeping.client(1);
      client.join("last");
      say("last", 0, 1);
      sweeping.deafTo("last", () -> say("last", 1, 2));
      eventually(() -> assertThat(client.texts("last")).isEqualTo(texts(0, 2)));
    }
  }

  /**
   * The node hears the room's second event before its first member's answer, and missed the first.
   */
  @Test
  void what_was_missed_before_the_first_member_had_entered_is_looked_up_too() {
    try (Node other = Node.on(redis)) {
      Client witness = other.client(0);
      witness.join("early");
      say("early", 0, 3);
      eventually(() -> assertThat(witness.of("early")).hasSize(3));
      Room room = get(node.onBus(() -> Future.succeededFuture(heardOutOfTurn(witness))));
      eventually(
          () ->
              assertThat(get(node.onBus(() -> Future.succeededFuture(seqs(room)))))
                  .isEqualTo(witness.of("early").stream().map(Client.Heard::seq).toList()));
    }
  }

  private static Room heardOutOfTurn(Client witness) {
    Room room = new Room(node.rooms, node.keys.room("early"));
    room.heard(witness.raw.get(1).getBytes(UTF_8), System.nanoTime());
    room.started(0, 0);
    room.heard(witness.raw.get(2).getBytes(UTF_8), System.nanoTime());
    return room;
  }

  private static List<Long> seqs(Room room) {
    List<Event> events = room.ring.after(0, 10);
    return events == null ? List.of() : events.stream().map(event -> event.seq).toList();
  }

  @Test
  void what_is_too_old_for_recent_is_repaired_from_the_log() {
    Client client = node.client(0);
    client.join("logged");
    say("logged", 0, 1);
    node.deafTo("logged", () -> say("logged", 1, 700));
    say("logged", 700, 701);
    eventually(() -> assertThat(client.texts("logged")).isEqualTo(texts(0, 701)));
    assertChain(client.of("logged"));
    assertThat(node.count("parley_gaps_repaired_total", "source", "log")).isPositive();
  }

  @Test
  void what_the_log_has_no_more_is_repaired_from_history() {
    Client client = node.client(0);
    client.join("archived");
    say("archived", 0, 1);
    try (Node other = Node.on(redis)) {
      Client witness = other.client(0);
      witness.join(
          "archived", client.of("archived").isEmpty() ? 0 : client.of("archived").getFirst().seq());
      node.deafTo("archived", () -> say("archived", 1, 600));
      eventually(() -> assertThat(witness.of("archived")).hasSizeGreaterThanOrEqualTo(599));
      node.opener.history.put("archived", new CopyOnWriteArrayList<>(witness.raw));
      redis.command("DEL", node.keys.room("archived").shard().log());
      say("archived", 600, 601);
      eventually(() -> assertThat(client.texts("archived")).isEqualTo(texts(0, 601)));
      assertThat(client.gaps).isEmpty();
      assertThat(node.count("parley_gaps_repaired_total", "source", "history")).isPositive();
    }
  }

  @Test
  void what_nobody_has_any_more_is_told_as_a_gap_and_the_room_goes_on() {
    Client client = node.client(0);
    client.join("gone");
    Appended first = node.say("gone", "m0");
    eventually(() -> assertThat(client.texts("gone")).containsExactly("m0"));
    Appended[] lost = new Appended[1];
    node.deafTo(
        "gone",
        () -> {
          say("gone", 1, 299);
          lost[0] = node.say("gone", "m299");
          redis.command(
              "DEL", node.keys.room("gone").shard().log(), node.keys.room("gone").recent());
        });
    say("gone", 300, 302);
    eventually(() -> assertThat(client.texts("gone")).containsExactly("m0", "m300", "m301"));
    assertThat(client.gaps).containsExactly(new Gap("gone", first.seq(), lost[0].seq(), List.of()));
  }

  @Test
  void a_repair_never_takes_a_clients_offset_back() {
    Client client = node.client(1);
    client.join("late-a");
    client.join("late-b");
    say("late-a", 0, 1);
    node.deafTo("late-a", () -> say("late-a", 1, 2));
    say("late-b", 0, 3);
    eventually(() -> assertThat(client.of("late-b")).hasSize(3));
    say("late-a", 2, 3);
    eventually(() -> assertThat(client.texts("late-a")).isEqualTo(texts(0, 3)));
    assertThat(client.offsets).isSorted();
  }

  @Test
  void nothing_is_missed_or_repeated_when_the_subscriptions_are_cut() {
    List<Client> clients = List.of(node.client(0), node.client(1));
    clients.forEach(client -> client.join("cut-a"));
    clients.forEach(client -> client.join("cut-b"));
    List<Future<Appended>> said = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      said.add(node.sayLater(i % 2 == 0 ? "cut-a" : "cut-b", "m" + i));
      if (i % 100 == 50) {
        redis.command("CLIENT", "KILL", "TYPE", "pubsub");
        get(said.get(i));
      }
    }
    get(Future.all(said));
    for (Client client : clients) {
      eventually(() -> assertThat(client.heard).hasSize(600));
      assertChain(client.of("cut-a"));
      assertChain(client.of("cut-b"));
      assertThat(client.heard).isSortedAccordingTo((a, b) -> Long.compare(a.pos(), b.pos()));
      assertThat(client.gaps).isEmpty();
    }
  }

  @Test
  void while_one_room_repairs_its_members_hear_nothing_of_others_and_then_all_in_order() {
    Client client = node.client(0);
    Client bystander = node.client(0);
    client.join("held-a");
    client.join("held-b");
    bystander.join("held-b");
    say("held-a", 0, 1);
    node.deafTo("held-a", () -> say("held-a", 1, 300));
    // Recent no longer reaches back; the log answers only once it is there again.
    String log = node.keys.room("held-a").shard().log();
    redis.command("RENAME", log, log + "-away");
    say("held-a", 300, 301);
    say("held-b", 0, 5);
    eventually(() -> assertThat(bystander.of("held-b")).hasSize(5));
    assertThat(client.of("held-b")).isEmpty();
    redis.command("DEL", log);
    redis.command("RENAME", log + "-away", log);
    eventually(() -> assertThat(client.of("held-b")).hasSize(5));
  }

  @Test
  void a_thousand_returning_clients_ask_redis_once_for_each_room() {
    Client before = node.client(0);
    Joined joined = before.join("storm");
    say("storm", 0, 50);
    eventually(() -> assertThat(before.of("storm")).hasSize(50));
    try (Node other = Node.on(redis)) {
      redis.command("CONFIG", "RESETSTAT");
      List<Client> clients = IntStream.range(0, 200).mapToObj(i -> other.client(i % 2)).toList();
      List<Future<Resumed>> resumed = new ArrayList<>();
      for (int i = 0; i < clients.size(); i++) {
        Client client = clients.get(i);
        long pos = i % 50 == 0 ? joined.pos() : before.heard.get(i % 50 - 1).pos();
        resumed.add(
            Node.on(
                client.loop,
                () ->
                    client.hearing.resume(
                        client.user, Place.at(pos), Map.of("storm", joined.pos()))));
      }
      get(Future.all(resumed));
      for (int i = 0; i < clients.size(); i++) {
        assertThat(clients.get(i).texts("storm")).isEqualTo(texts(i % 50, 50));
      }
      assertThat(redis.command("INFO", "commandstats")).contains("cmdstat_hvals:calls=1,");
      assertThat(other.opener.historyCalls).hasValue(0);
    }
  }
}
