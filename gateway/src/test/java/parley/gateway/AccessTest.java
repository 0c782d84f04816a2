package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import parley.backing.FreePort;

/** Who is let in, and for how long: revocation, the first admin, keys of servers. */
class AccessTest {
  private static final long WITHIN_MS = 1_000;

  private static Town town;
  private static String admin;

  @BeforeAll
  static void start() {
    town = Town.with(2, "PARLEY_LIMITS", "off", "PARLEY_ADMINS", "chief");
    admin = town.token("root", List.of("admin"), Optional.empty());
    // The first request of all pays for connections and classes; it is not what is measured.
    town.rest(0, "PUT", "/users/nobody/revocation", admin, null);
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  private static RawSocketIo connect(int gateway, String token) {
    return RawSocketIo.connect(town.http, town.port(gateway), token);
  }

  private static JsonObject in(String room) {
    return new JsonObject().put("room", room);
  }

  private static String code(JsonObject answer) {
    return answer.getBoolean("ok") ? "ok" : answer.getJsonObject("error").getString("code");
  }

  private static void holdsInTime(Runnable ask, BooleanSupplier holds) {
    long asked = System.nanoTime();
    ask.run();
    await().pollInterval(Duration.ofMillis(5)).atMost(Town.SOON).until(holds::getAsBoolean);
    assertThat(Duration.ofNanos(System.nanoTime() - asked).toMillis()).isLessThan(WITHIN_MS);
  }

  @Test
  void a_revoked_user_is_out_on_every_node_within_a_second_and_does_not_come_back_anywhere() {
    String token = town.token("mal");
    RawSocketIo first = connect(0, token);
    RawSocketIo second = connect(1, token);
    PlainClient plain = PlainClient.connect(town.http, town.port(1), token);
    assertThat(code(second.ask("join", in("haunt")))).isEqualTo("ok");
    assertThat(code(second.ask("send", in("haunt").put("text", "mine")))).isEqualTo("ok");
    await().atMost(Town.SOON).until(() -> second.offset() != null);

    holdsInTime(
        () -> town.rest(0, "PUT", "/users/mal/revocation", admin, null),
        () ->
            isRevoked(first.heard("ended"))
                && isRevoked(second.heard("ended"))
                && isRevoked(plain.heard("ended"))
                && refusedByRest(0, token)
                && refusedByRest(1, token));
    await().atMost(Town.SOON).until(() -> first.closed.isDone() && second.closed.isDone());

    int later = town.addGateway(); // it was not there when the revocation was told
    for (int node : List.of(0, 1, later)) {
      assertThat(connect(node, token).refusal().getJsonObject("data").getString("code"))
          .isEqualTo("token_revoked");
      JsonObject back =
          new JsonObject()
              .put("token", token)
              .put("pid", second.pid())
              .put("offset", second.offset());
      assertThat(
              RawSocketIo.connect(town.http, town.port(node), back)
                  .refusal()
                  .getJsonObject("data")
                  .getString("code"))
          .isEqualTo("token_revoked");
      JsonObject answer =
          PlainClient.connect(town.http, town.port(node))
              .ask("auth", new JsonObject().put("token", token));
      assertThat(code(answer)).isEqualTo("token_revoked");
      assertThat(town.refusal(node, "GET", "/rooms/haunt/events?after=0", token, null))
          .isEqualTo("token_revoked");
      assertThat(town.get(node, "/sse?room=haunt", token).statusCode()).isEqualTo(401);
    }
    // What the application gives the user from now on is good again.
    await()
        .atMost(Town.SOON)
        .until(() -> town.refusal(1, "GET", "/me", town.token("mal"), null).equals("ok"));
    assertThat(connect(1, town.token("mal")).refusal()).isNull();
  }

  @Test
  void who_waits_for_events_when_the_token_is_revoked_hears_no_more_of_them() {
    String token = town.token("wes");
    RawSocketIo speaker = connect(0, town.token("spy"));
    assertThat(code(speaker.ask("join", in("wire-tap")))).isEqualTo("ok");
    long head = speaker.ask("send", in("wire-tap").put("text", "heard")).getLong("seq");
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    for (int node = 0; node < 2; node++) {
      double before = waitingAt(node);
      String path = "/api/rooms/wire-tap/events?wait=25&after=" + head;
      int asked = node;
      waiting.add(CompletableFuture.supplyAsync(() -> town.get(asked, path, token)));
      await().atMost(Town.SOON).until(() -> waitingAt(asked) > before);
    }
    List<Participant> streams = new ArrayList<>();
    for (int node = 0; node < 2; node++) {
      Participant stream = new Participant.Stream(town, node, "wire-tap", "wes");
      await().atMost(Town.SOON).until(() -> stream.seqs().contains(head));
      streams.add(stream);
    }

    town.rest(0, "PUT", "/users/wes/revocation", admin, null);
    await()
        .atMost(Duration.ofMillis(WITHIN_MS))
        .until(() -> refusedByRest(0, token) && refusedByRest(1, token));
    assertThat(code(speaker.ask("send", in("wire-tap").put("text", "not for you"))))
        .isEqualTo("ok");
    for (CompletableFuture<HttpResponse<String>> poll : waiting) {
      HttpResponse<String> answer = poll.join();
      assertThat(answer.body()).doesNotContain("not for you").contains("token_revoked");
      assertThat(answer.statusCode()).isEqualTo(401);
    }
    assertThat(streams).allMatch(stream -> stream.seqs().equals(List.of(head)));
  }

  private static double waitingAt(int node) {
    return town.counted(node, "parley_connections", "transport", "poll");
  }

  private static boolean isRevoked(List<JsonObject> ended) {
    return ended.stream().anyMatch(told -> told.getString("code").equals("token_revoked"));
  }

  private static boolean refusedByRest(int node, String token) {
    return town.refusal(node, "GET", "/me", token, null).equals("token_revoked")
        && town.refusal(node, "GET", "/rooms/haunt/events?after=0", token, null)
            .equals("token_revoked");
  }

  @Test
  void a_gateway_that_cannot_know_what_is_revoked_is_not_ready_and_lets_nobody_in() {
    String nobodyThere = "http://127.0.0.1:" + FreePort.find();
    int blind = town.startGateway(Map.of("PARLEY_CHAT", nobodyThere));
    await()
        .atMost(Town.SOON)
        .untilAsserted(
            () ->
                assertThat(town.get(blind, "/health/ready", null).body())
                    .contains("revocations")
                    .doesNotContain("canary"));
    String token = town.token("ann");
    assertThat(town.get(blind, "/health/ready", null).statusCode()).isEqualTo(503);
    assertThat(town.refusal(blind, "GET", "/rooms/some/events?after=0", token, null))
        .isEqualTo("unavailable");
    assertThat(
            code(
                PlainClient.connect(town.http, town.port(blind))
                    .ask("auth", new JsonObject().put("token", token))))
        .isEqualTo("unavailable");
    town.cutOff(blind);
  }

  @Test
  void a_revoked_token_ends_its_sessions_and_no_others_of_the_same_user() {
    String lost = town.token("uma");
    String kept = town.token("uma");
    RawSocketIo thief = connect(1, lost);
    RawSocketIo owner = connect(1, kept);
    holdsInTime(
        () -> town.rest(0, "PUT", "/me/revocation", lost, null),
        () -> isRevoked(thief.heard("ended")));
    for (int node = 0; node < 2; node++) {
      assertThat(connect(node, lost).refusal().getJsonObject("data").getString("code"))
          .isEqualTo("token_revoked");
    }
    assertThat(code(owner.ask("join", in("home")))).isEqualTo("ok");
    assertThat(owner.closed).isNotDone();
    assertThat(owner.heard("ended")).isEmpty();
  }

  @Test
  void a_new_token_for_a_live_connection_may_not_be_a_revoked_one() {
    String good = town.token("tim");
    String bad = town.token("tim");
    RawSocketIo client = connect(0, good);
    town.rest(1, "PUT", "/me/revocation", bad, null);
    await()
        .atMost(Town.SOON)
        .until(
            () ->
                code(client.ask("auth", new JsonObject().put("token", bad)))
                    .equals("token_revoked"));
    assertThat(client.closed).isNotDone();
  }

  @Test
  void the_first_admin_is_named_by_a_setting_and_may_do_all_that_admins_may() {
    String chief = town.token("chief");
    String other = town.token("plain");
    town.rest(0, "POST", "/rooms", town.token("hal"), "{\"id\":\"secret\",\"kind\":\"private\"}");
    List<RawSocketIo> others = new ArrayList<>();
    for (int node = 0; node < 2; node++) {
      others.add(connect(node, other));
    }
    for (int node = 0; node < 2; node++) {
      assertThat(town.refusal(node, "GET", "/keys", chief, null)).isEqualTo("ok");
      assertThat(town.refusal(node, "GET", "/keys", other, null)).isEqualTo("forbidden");
      RawSocketIo client = connect(node, chief);
      assertThat(code(client.ask("join", in("secret")))).isEqualTo("ok");
      assertThat(code(client.ask("send", in("secret").put("text", "watched")))).isEqualTo("ok");
      assertThat(code(client.ask("emit", toAll()))).isEqualTo("ok");
      RawSocketIo nobody = others.get(node);
      assertThat(code(nobody.ask("emit", toAll()))).isEqualTo("forbidden");
      assertThat(code(nobody.ask("join", in("secret")))).isEqualTo("not_member");
    }
    for (RawSocketIo client : others) {
      await().atMost(Town.SOON).until(() -> client.heard("notice").size() == 2);
    }
  }

  private static JsonObject toAll() {
    return new JsonObject().put("to", "all").put("event", "notice").put("data", new JsonObject());
  }

  @Test
  void who_is_no_admin_any_more_leaves_the_rooms_that_were_open_to_an_admin_only() {
    town.rest(0, "POST", "/rooms", town.token("ivy"), "{\"id\":\"attic\",\"kind\":\"private\"}");
    RawSocketIo client = connect(1, town.token("jon", List.of("admin"), Optional.empty()));
    for (String room : List.of("attic", "street")) {
      assertThat(code(client.ask("join", in(room)))).isEqualTo("ok");
    }
    assertThat(code(client.ask("auth", new JsonObject().put("token", town.token("jon")))))
        .isEqualTo("ok");
    await().atMost(Town.SOON).until(() -> !client.heard("left").isEmpty());
    assertThat(client.heard("left")).containsExactly(in("attic").put("code", "not_member"));
    assertThat(code(client.ask("typing", in("street").put("on", true)))).isEqualTo("ok");
    assertThat(code(client.ask("who", in("attic")))).isEqualTo("not_joined");
  }

  @Test
  void a_servers_key_is_good_for_its_scopes_until_it_is_revoked() {
    JsonObject talker = key("messages");
    JsonObject maker = key("rooms");
    String talks = talker.getString("token");
    String makes = maker.getString("token");
    town.rest(0, "POST", "/rooms", makes, "{\"id\":\"wire\",\"kind\":\"private\"}");
    for (int node = 0; node < 2; node++) {
      String message = "{\"text\":\"from a server\"}";
      assertThat(town.refusal(node, "POST", "/rooms/wire/messages", talks, message))
          .isEqualTo("ok");
      assertThat(town.refusal(node, "GET", "/rooms/wire/events?after=0", talks, null))
          .isEqualTo("ok");
      assertThat(town.refusal(node, "PATCH", "/rooms/wire", talks, "{\"topic\":\"t\"}"))
          .isEqualTo("forbidden");
      assertThat(town.refusal(node, "PATCH", "/rooms/wire", makes, "{\"topic\":\"t\"}"))
          .isEqualTo("ok");
      for (String path : List.of("/rooms/wire/events?after=0", "/rooms/wire/messages")) {
        assertThat(town.refusal(node, "GET", path, makes, null)).isEqualTo("forbidden");
      }
      assertThat(town.refusal(node, "POST", "/rooms/wire/messages", makes, message))
          .isEqualTo("forbidden");
      RawSocketIo client = connect(node, makes);
      assertThat(code(client.ask("join", in("wire")))).isEqualTo("forbidden");
      assertThat(code(client.ask("emit", toAll()))).isEqualTo("forbidden");
    }
    String id = talker.getJsonObject("key").getString("id");
    holdsInTime(
        () -> town.rest(1, "DELETE", "/keys/" + id, admin, null),
        () ->
            town.refusal(0, "GET", "/rooms/wire/events?after=0", talks, null)
                    .equals("token_revoked")
                && town.refusal(1, "GET", "/rooms/wire/messages", talks, null)
                    .equals("token_revoked"));
  }

  @Test
  void a_key_that_is_revoked_ends_what_was_opened_with_it_and_nothing_else() {
    JsonObject lost = key("messages");
    JsonObject kept = key("messages");
    List<RawSocketIo> ends = new ArrayList<>();
    List<RawSocketIo> stays = new ArrayList<>();
    for (int node = 0; node < 2; node++) {
      ends.add(connect(node, lost.getString("token")));
      stays.add(connect(node, kept.getString("token")));
      assertThat(code(ends.getLast().ask("join", in("depot")))).isEqualTo("ok");
    }
    holdsInTime(
        () ->
            town.rest(
                0, "DELETE", "/keys/" + lost.getJsonObject("key").getString("id"), admin, null),
        () -> ends.stream().allMatch(client -> isRevoked(client.heard("ended"))));
    for (int node = 0; node < 2; node++) {
      JsonObject refused = connect(node, lost.getString("token")).refusal();
      assertThat(refused.getJsonObject("data").getString("code")).isEqualTo("token_revoked");
      assertThat(code(stays.get(node).ask("join", in("depot")))).isEqualTo("ok");
    }
  }

  private static JsonObject key(String scope) {
    JsonObject wish =
        new JsonObject().put("user", "robot").put("scopes", new JsonArray().add(scope));
    return town.rest(0, "POST", "/keys", admin, wish.encode());
  }
}
