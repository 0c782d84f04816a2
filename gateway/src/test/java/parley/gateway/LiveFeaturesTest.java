package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Typing, presence, read marks, custom events, tokens and limits over two nodes. */
class LiveFeaturesTest {
  private static final Duration LEASE_OF_A_NODE = Duration.ofSeconds(5);

  private static Town town;

  @BeforeAll
  static void start() {
    town = Town.with(2, "PARLEY_RELAY", "msg_send>msg_rec@hall", "PARLEY_RATE_USER", "5");
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  private static RawSocketIo connect(int gateway, String user) {
    return RawSocketIo.connect(town.http, town.port(gateway), town.token(user));
  }

  private static RawSocketIo in(String room, int gateway, String user) {
    RawSocketIo client = connect(gateway, user);
    JsonObject answer = client.ask("join", new JsonObject().put("room", room));
    assertThat(answer.getBoolean("ok")).as(answer.encode()).isTrue();
    return client;
  }

  private static JsonObject room(String room) {
    return new JsonObject().put("room", room);
  }

  @Test
  void typing_is_told_to_the_others_once_and_not_to_the_one_who_types() {
    RawSocketIo ann = in("desk", 0, "ann");
    RawSocketIo ben = in("desk", 1, "ben");
    for (int i = 0; i < 5; i++) {
      assertThat(ann.ask("typing", room("desk").put("on", true)).getBoolean("ok")).isTrue();
    }
    await().atMost(Town.SOON).until(() -> ben.heard("typing").size() == 1);
    ann.ask("typing", room("desk").put("on", false));
    await().atMost(Town.SOON).until(() -> ben.heard("typing").size() == 2);
    assertThat(ben.heard("typing").getLast().getBoolean("on")).isFalse();
    assertThat(ann.heard("typing")).isEmpty();
  }

  @Test
  void typing_of_who_says_no_more_of_it_ends_by_itself() {
    RawSocketIo ann = in("note", 0, "tod");
    RawSocketIo ben = in("note", 1, "ben");
    ann.ask("typing", room("note").put("on", true));
    await().atMost(Town.SOON).until(() -> ben.heard("typing").size() == 1);
    long since = System.nanoTime();
    await().atMost(Town.SOON).until(() -> ben.heard("typing").size() == 2);
    assertThat(ben.heard("typing").getFirst().getBoolean("on")).isTrue();
    assertThat(ben.heard("typing").getLast().getBoolean("on")).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - since)).isGreaterThan(Duration.ofSeconds(4));

    ann.ask("typing", room("note").put("on", true));
    await().atMost(Town.SOON).until(() -> ben.heard("typing").size() == 3);
    ann.ask("typing", room("note").put("on", false));
    await().atMost(Town.SOON).until(() -> ben.heard("typing").size() == 4);
    ann.ask("leave", room("note")); // what has ended is not told to end once more
    ann.ask("join", room("note"));
    ann.ask("emit", new JsonObject().put("to", room("note")).put("event", "last").put("data", 1));
    await().atMost(Town.SOON).until(() -> ben.heard("last").size() == 1);
    assertThat(ben.heard("typing")).hasSize(4);
  }

  @Test
  void typing_of_who_may_write_no_more_ends_with_the_refusal() {
    town.rest(0, "POST", "/rooms", town.token("ann"), "{\"id\":\"hush\"}");
    RawSocketIo ann = in("hush", 0, "ann");
    RawSocketIo tim = in("hush", 1, "tim");
    tim.ask("typing", room("hush").put("on", true));
    await().atMost(Town.SOON).until(() -> ann.heard("typing").size() == 1);
    town.rest(0, "PUT", "/rooms/hush/mutes/tim", town.token("ann"), "{\"seconds\":60}");
    await()
        .atMost(Town.SOON)
        .until(() -> !tim.ask("typing", room("hush").put("on", true)).getBoolean("ok"));
    await().atMost(Town.SOON).until(() -> ann.heard("typing").size() == 2);
    assertThat(ann.heard("typing").getLast().getBoolean("on")).isFalse();
  }

  @Test
  void typing_of_who_is_gone_ends_and_another_device_does_not_tell_it_again() {
    RawSocketIo phone = in("lamp", 0, "tia");
    RawSocketIo laptop = in("lamp", 0, "tia");
    RawSocketIo ben = in("lamp", 1, "ben");
    phone.ask("typing", room("lamp").put("on", true));
    await().atMost(Town.SOON).until(() -> ben.heard("typing").size() == 1);
    laptop.ask("typing", room("lamp").put("on", true));
    phone.cut();
    await().atMost(Town.SOON).until(() -> ben.heard("typing").size() == 2);
    assertThat(ben.heard("typing").getFirst().getBoolean("on")).isTrue();
    assertThat(ben.heard("typing").getLast().getBoolean("on")).isFalse();
  }

  @Test
  void a_large_room_tells_how_many_are_there_and_not_who() {
    List<RawSocketIo> crowd = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      crowd.add(in("arena", i % 2, "fan" + i));
    }
    RawSocketIo watcher = crowd.getFirst();
    await()
        .atMost(Town.SOON)
        .untilAsserted(
            () -> {
              JsonObject all = watcher.ask("who", room("arena"));
              assertThat(all.getInteger("count")).isEqualTo(100);
              assertThat(all.getJsonArray("users")).hasSize(100);
            });
    RawSocketIo one = in("arena", 1, "latecomer");
    await()
        .atMost(Town.SOON)
        .untilAsserted(
            () -> {
              JsonObject all = watcher.ask("who", room("arena"));
              assertThat(all.getInteger("count")).isEqualTo(101);
              assertThat(all.containsKey("users")).isFalse();
            });
    one.cut();
    await()
        .atMost(Town.SOON)
        .untilAsserted(
            () -> assertThat(watcher.ask("who", room("arena")).getJsonArray("users")).hasSize(100));
    crowd.forEach(RawSocketIo::cut);
  }

  @Test
  void an_archived_room_is_read_and_not_written() {
    String owner = town.token("olga");
    town.rest(0, "POST", "/rooms", owner, "{\"id\":\"shelf\"}");
    RawSocketIo ann = in("shelf", 1, "shelver");
    town.rest(0, "PATCH", "/rooms/shelf", owner, "{\"archived\":true}");
    JsonObject refused = ann.ask("send", room("shelf").put("text", "t"));
    assertThat(refused.getJsonObject("error").getString("code")).isEqualTo("frozen");
    assertThat(ann.ask("history", room("shelf")).getBoolean("ok")).isTrue();
    assertThat(
            ann.heard("room").stream()
                .anyMatch(event -> event.getJsonObject("change").getBoolean("archived", false)))
        .isTrue();
    town.rest(1, "PATCH", "/rooms/shelf", owner, "{\"archived\":false}");
    assertThat(ann.ask("send", room("shelf").put("text", "t")).getBoolean("ok")).isTrue();
  }

  @Test
  void presence_counts_people_not_devices_and_notices_a_dead_node() {
    int third = town.addGateway();
    RawSocketIo watcher = in("yard", 0, "wil");
    RawSocketIo phone = in("yard", 0, "ann");
    RawSocketIo laptop = in("yard", 1, "ann");
    RawSocketIo doomed = in("yard", third, "dee");
    await()
        .atMost(Town.SOON)
        .untilAsserted(
            () -> assertThat(who(watcher)).containsExactlyInAnyOrder("wil", "ann", "dee"));
    phone.cut();
    town.cutOff(third);
    await()
        .atMost(LEASE_OF_A_NODE.multipliedBy(2))
        .untilAsserted(() -> assertThat(who(watcher)).containsExactlyInAnyOrder("wil", "ann"));
    await()
        .atMost(Town.SOON)
        .until(
            () ->
                heardInYard(watcher).stream()
                    .anyMatch(
                        told ->
                            told.getJsonObject("user").getString("id").equals("dee")
                                && !told.getBoolean("on")));
    assertThat(heardInYard(watcher))
        .noneMatch(
            told ->
                told.getJsonObject("user").getString("id").equals("ann") && !told.getBoolean("on"));
    assertThat(laptop.closed).isNotDone();
    assertThat(doomed.closed).isDone();
  }

  /** Everybody is in the relay's room too, of which only counts are told once it is large. */
  private static List<JsonObject> heardInYard(RawSocketIo client) {
    return client.heard("presence").stream()
        .filter(told -> told.getString("room").equals("yard"))
        .toList();
  }

  private static List<String> who(RawSocketIo client) {
    JsonArray users = client.ask("who", room("yard")).getJsonArray("users");
    return users.stream().map(user -> ((JsonObject) user).getString("id")).toList();
  }

  @Test
  void read_marks_reach_the_others() {
    RawSocketIo ann = in("marks", 0, "ann2");
    RawSocketIo ben = in("marks", 1, "ben");
    JsonObject sent = ann.ask("send", room("marks").put("text", "read me"));
    JsonObject read = ben.ask("read", room("marks").put("seq", sent.getLong("seq")));
    assertThat(read.getBoolean("ok")).as(read.encode()).isTrue();
    await().atMost(Town.SOON).until(() -> !ann.heard("read").isEmpty());
    assertThat(ann.heard("read").getFirst().getJsonObject("user").getString("id")).isEqualTo("ben");
  }

  @Test
  void custom_events_go_to_a_room_to_all_but_the_sender_to_a_users_devices_and_to_everyone() {
    RawSocketIo ann = in("stage", 0, "kim");
    RawSocketIo ben = in("stage", 1, "lou");
    RawSocketIo elsewhere = connect(1, "lou");
    RawSocketIo admin =
        RawSocketIo.connect(
            town.http, town.port(0), town.token("root", List.of("admin"), Optional.empty()));
    emit(ann, new JsonObject().put("room", "stage"), "to_room", true);
    emit(ann, new JsonObject().put("room", "stage"), "to_others", false);
    emit(ann, new JsonObject().put("user", "lou"), "to_lou", true);
    emit(ben, "me", "to_me", true);
    emit(admin, "all", "to_all", true);
    await()
        .atMost(Town.SOON)
        .untilAsserted(
            () -> {
              assertThat(ben.heard("to_room")).hasSize(1);
              assertThat(ann.heard("to_room")).hasSize(1);
              assertThat(ben.heard("to_others")).hasSize(1);
              assertThat(ben.heard("to_lou")).hasSize(1);
              assertThat(elsewhere.heard("to_lou")).hasSize(1);
              assertThat(ben.heard("to_me")).hasSize(1);
              assertThat(elsewhere.heard("to_me")).hasSize(1);
              assertThat(elsewhere.heard("to_all")).hasSize(1);
              assertThat(ann.heard("to_all")).hasSize(1);
            });
    assertThat(ann.heard("to_others")).isEmpty();
    assertThat(ann.heard("to_me")).isEmpty();
    assertThat(elsewhere.heard("to_room")).isEmpty();
  }

  private static void emit(RawSocketIo from, Object to, String event, boolean self) {
    JsonObject answer =
        from.ask(
            "emit",
            new JsonObject()
                .put("to", to)
                .put("event", event)
                .put("data", new JsonObject().put("x", 1))
                .put("self", self));
    assertThat(answer.getBoolean("ok")).as(answer.encode()).isTrue();
  }

  @Test
  void an_applications_own_event_becomes_a_stored_broadcast_that_survives_a_refresh() {
    RawSocketIo guest = RawSocketIo.connect(town.http, town.port(0), new JsonObject());
    RawSocketIo other = RawSocketIo.connect(town.http, town.port(1), new JsonObject());
    assertThat(guest.heard("welcome")).hasSize(1);
    JsonObject said = guest.later("msg_send", new JsonObject().put("message", "hi")).join();
    assertThat(said.getBoolean("ok")).as(said.encode()).isTrue();
    await().atMost(Town.SOON).until(() -> !other.heard("msg_rec").isEmpty());
    assertThat(other.heard("msg_rec").getFirst().getString("message")).isEqualTo("hi");
    RawSocketIo later = RawSocketIo.connect(town.http, town.port(1), new JsonObject());
    await().atMost(Town.SOON).until(() -> !later.heard("msg_rec").isEmpty());
  }

  @Test
  void an_expired_token_ends_the_session_with_its_code_and_a_new_one_prolongs_it() {
    RawSocketIo brief =
        RawSocketIo.connect(town.http, town.port(0), town.token("bob", Duration.ofSeconds(3)));
    RawSocketIo renewed =
        RawSocketIo.connect(town.http, town.port(0), town.token("zoe", Duration.ofSeconds(3)));
    assertThat(
            renewed.ask("auth", new JsonObject().put("token", town.token("zoe"))).getBoolean("ok"))
        .isTrue();
    assertThat(
            renewed
                .ask("auth", new JsonObject().put("token", town.token("bob")))
                .getJsonObject("error")
                .getString("code"))
        .isEqualTo("forbidden");
    PlainClient plain =
        PlainClient.connect(town.http, town.port(1), town.token("pia", Duration.ofSeconds(3)));
    String stream = stream("salon", town.token("sue", Duration.ofSeconds(3)));
    assertThat(stream).contains("event: joined").contains("event: ended").contains("token_expired");
    await().atMost(Town.SOON).until(() -> !plain.heard("ended").isEmpty());
    assertThat(plain.heard("ended").getFirst().getString("code")).isEqualTo("token_expired");
    await().atMost(Town.SOON).until(() -> !brief.heard("ended").isEmpty());
    assertThat(brief.heard("ended").getFirst().getString("code")).isEqualTo("token_expired");
    assertThat(renewed.closed).isNotDone();
  }

  @Test
  void a_poll_waits_no_longer_than_its_token_lasts() {
    long begun = System.nanoTime();
    String token = town.token("tim", Duration.ofSeconds(2));
    String answer = town.get(0, "/api/rooms/quiet-salon/events?wait=25", token).body();
    assertThat(new JsonObject(answer).getJsonArray("events")).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(12));
  }

  /** All that a stream has told until it was ended. */
  private static String stream(String room, String token) {
    return town.get(1, "/sse?room=" + room, token).body();
  }

  @Test
  void a_revoked_user_is_out_on_all_nodes_and_does_not_come_back() {
    RawSocketIo mal = connect(1, "mal");
    String admin = town.token("root", List.of("admin"), Optional.empty());
    assertThat(town.call(0, "PUT", "/api/users/mal/revocation", admin, null).statusCode())
        .isEqualTo(200);
    await().atMost(Town.SOON).until(() -> !mal.heard("ended").isEmpty());
    assertThat(mal.heard("ended").getFirst().getString("code")).isEqualTo("token_revoked");
  }

  @Test
  void who_asks_too_much_is_told_when_to_go_on() {
    RawSocketIo fast = in("rush", 0, "rex");
    JsonObject refused = null;
    for (int i = 0; i < 40 && refused == null; i++) {
      JsonObject answer = fast.ask("send", room("rush").put("text", "m" + i));
      refused = answer.getBoolean("ok") ? null : answer.getJsonObject("error");
    }
    assertThat(refused).isNotNull();
    assertThat(refused.getString("code")).isEqualTo("rate_limited");
    assertThat(refused.getLong("retryAfterMs")).isPositive();
  }

  @Test
  void a_token_for_some_rooms_is_good_for_no_other() {
    RawSocketIo visitor =
        RawSocketIo.connect(
            town.http, town.port(0), town.token("vis", List.of(), Optional.of(List.of("foyer"))));
    assertThat(visitor.ask("join", room("foyer")).getBoolean("ok")).isTrue();
    assertThat(visitor.ask("join", room("vault")).getJsonObject("error").getString("code"))
        .isEqualTo("forbidden");
    assertThat(
            visitor
                .ask("send", room("vault").put("text", "t"))
                .getJsonObject("error")
                .getString("code"))
        .isEqualTo("forbidden");
  }

  @Test
  void a_gateway_that_stops_sends_its_clients_away_without_disconnecting_them() {
    int leaving = town.addGateway();
    RawSocketIo ann = in("leave", leaving, "ann3");
    Town.get(town.gateway(leaving).stop());
    await().atMost(Town.SOON).until(ann.closed::isDone);
    assertThat(ann.closed.join()).isEqualTo(1012);
    assertThat(ann.packets).noneMatch(packet -> packet.startsWith("41"));
  }
}
