package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Who asks too much is refused with the time after which it goes on, whoever else asks is not, and
 * each refusal is counted by its limit.
 */
class LimitsTest {
  private static final int CONNECTION_BURST = 15;
  private static final int USER_BURST = 6;
  private static final int ADDRESS_BURST = 9;
  private static final int HANDSHAKE_BURST = 12;

  private static Town town;

  @BeforeAll
  static void start() {
    town =
        Town.with(
            2,
            "PARLEY_TRUST_PROXY",
            "on",
            "PARLEY_RATE_CONNECTION",
            "5",
            "PARLEY_RATE_USER",
            "2",
            "PARLEY_RATE_ADDRESS",
            "3",
            "PARLEY_RATE_HANDSHAKES",
            "4",
            "PARLEY_USER_CONNECTIONS",
            "3",
            "PARLEY_SESSION_ROOMS",
            "2");
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  private static RawSocketIo connect(int gateway, String user, String address) {
    return RawSocketIo.connect(
        town.http,
        town.port(gateway),
        new JsonObject().put("token", town.token(user)),
        Optional.of(address));
  }

  private static JsonObject in(String room) {
    return new JsonObject().put("room", room);
  }

  private static String code(JsonObject answer) {
    return answer.getBoolean("ok") ? "ok" : answer.getJsonObject("error").getString("code");
  }

  private static void join(RawSocketIo client, String room) {
    assertThat(code(client.ask("join", in(room)))).isEqualTo("ok");
  }

  private static double limited(String limit) {
    return town.counted(0, "parley_limited_total", "limit", limit);
  }

  /** All answers to many of the same request at once. */
  private static List<JsonObject> flood(
      RawSocketIo client, int times, String event, JsonObject data) {
    List<CompletableFuture<JsonObject>> answers = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      answers.add(client.later(event, data));
    }
    return answers.stream().map(answer -> answer.orTimeout(20, TimeUnit.SECONDS).join()).toList();
  }

  /** The first so many pass, of the others most are refused with a time, after which one passes. */
  private static void assertBurst(
      List<JsonObject> answers, int burst, long longestMs, Supplier<String> again) {
    assertThat(answers.subList(0, burst)).allMatch(answer -> answer.getBoolean("ok"));
    List<JsonObject> refused = answers.stream().filter(answer -> !answer.getBoolean("ok")).toList();
    assertThat(refused).hasSizeGreaterThan((answers.size() - burst) / 2);
    assertThat(refused)
        .allSatisfy(
            answer -> {
              assertThat(code(answer)).isEqualTo("rate_limited");
              assertThat(answer.getJsonObject("error").getLong("retryAfterMs"))
                  .isBetween(1L, longestMs);
            });
    await().atMost(Town.SOON).until(() -> again.get().equals("ok"));
  }

  @Test
  void of_one_connection() {
    RawSocketIo fast = connect(0, "con", "192.0.2.1");
    RawSocketIo calm = connect(0, "con", "192.0.2.1");
    join(fast, "c1");
    join(calm, "c1");
    double before = limited("connection_rate");
    List<JsonObject> answers = flood(fast, 60, "who", in("c1"));
    assertThat(code(calm.ask("who", in("c1")))).as("another connection").isEqualTo("ok");
    assertBurst(answers, CONNECTION_BURST - 2, 200, () -> code(fast.ask("who", in("c1"))));
    assertThat(limited("connection_rate") - before)
        .isGreaterThanOrEqualTo(
            answers.stream().filter(answer -> !answer.getBoolean("ok")).count());
  }

  @Test
  void of_one_user_over_all_connections_and_rest_together() {
    RawSocketIo phone = connect(0, "ula", "192.0.2.11");
    RawSocketIo laptop = connect(0, "ula", "192.0.2.12");
    RawSocketIo other = connect(0, "vic", "192.0.2.11");
    for (RawSocketIo client : List.of(phone, laptop, other)) {
      join(client, "u1");
    }
    double before = limited("user_rate");
    JsonObject message = in("u1").put("text", "hi");
    List<JsonObject> answers = new ArrayList<>(flood(phone, 3, "send", message));
    answers.addAll(flood(laptop, 12, "send", message));
    assertThat(code(other.ask("send", message))).as("another user").isEqualTo("ok");
    HttpResponse<String> byHttp =
        http(0, "POST", "/api/rooms/u1/messages", "ula", "192.0.2.13", "{\"text\":\"hi\"}");
    assertThat(byHttp.statusCode()).isEqualTo(429);
    assertThat(byHttp.headers().firstValue("Retry-After")).hasValue("1");
    HttpResponse<String> change =
        http(0, "PATCH", "/api/me", "ula", "192.0.2.13", "{\"status\":\"busy\"}");
    assertThat(change.statusCode()).as(change.body()).isEqualTo(429);
    assertThat(http(0, "GET", "/api/me", "ula", "192.0.2.13", null).statusCode()).isEqualTo(200);
    assertBurst(answers, USER_BURST, 500, () -> code(phone.ask("send", message)));
    assertThat(limited("user_rate")).isGreaterThan(before + 3);
    assertThat(code(connect(1, "ula", "192.0.2.11").ask("send", message)))
        .as("each node counts for itself")
        .isEqualTo("ok");
  }

  @Test
  void of_one_address_over_all_users() {
    List<RawSocketIo> users = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      users.add(connect(0, "adr" + i, "192.0.2.21"));
      join(users.getLast(), "a1");
    }
    RawSocketIo elsewhere = connect(0, "adr9", "192.0.2.22");
    join(elsewhere, "a1");
    double before = limited("address_rate");
    List<JsonObject> answers = new ArrayList<>();
    for (RawSocketIo user : users) {
      answers.addAll(flood(user, USER_BURST, "send", in("a1").put("text", "hi")));
    }
    assertThat(code(elsewhere.ask("send", in("a1").put("text", "hi"))))
        .as("another address")
        .isEqualTo("ok");
    assertBurst(
        answers,
        ADDRESS_BURST,
        400,
        () -> code(users.getLast().ask("send", in("a1").put("text", "again"))));
    assertThat(limited("address_rate")).isGreaterThan(before + 3);
  }

  @Test
  void of_new_sessions_and_http_requests_from_one_address() {
    double before = limited("handshake_rate");
    List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
    for (int i = 0; i < 6 * HANDSHAKE_BURST; i++) {
      HttpRequest request = request(0, "GET", "/api/nodes", "han", "192.0.2.31", null);
      asked.add(town.http.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
    }
    List<HttpResponse<String>> answers = asked.stream().map(CompletableFuture::join).toList();
    assertThat(http(0, "GET", "/api/nodes", "han", "192.0.2.32", null).statusCode())
        .as("another address")
        .isEqualTo(200);
    List<HttpResponse<String>> refused =
        answers.stream().filter(answer -> answer.statusCode() != 200).toList();
    assertThat(answers.size() - refused.size()).isGreaterThanOrEqualTo(HANDSHAKE_BURST);
    assertThat(refused)
        .isNotEmpty()
        .allSatisfy(
            answer -> {
              assertThat(answer.statusCode()).isEqualTo(429);
              assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
              JsonObject error = new JsonObject(answer.body()).getJsonObject("error");
              assertThat(error.getString("code")).isEqualTo("rate_limited");
              assertThat(error.getLong("retryAfterMs")).isBetween(1L, 250L);
            });
    assertThat(limited("handshake_rate") - before).isEqualTo(refused.size());
    await()
        .atMost(Town.SOON)
        .until(() -> http(0, "GET", "/api/nodes", "han", "192.0.2.31", null).statusCode() == 200);
  }

  @Test
  void connections_of_one_user_over_all_transports() {
    List<RawSocketIo> three = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      three.add(connect(0, "max", "192.0.2.4" + i));
      assertThat(three.getLast().refusal()).isNull();
    }
    double before = limited("user_connections");
    assertThat(connect(0, "max", "192.0.2.44").refusal().getJsonObject("data").getString("code"))
        .isEqualTo("too_many_connections");
    JsonObject plain =
        PlainClient.connect(town.http, town.port(0))
            .ask("auth", new JsonObject().put("token", town.token("max")));
    assertThat(code(plain)).isEqualTo("too_many_connections");
    HttpResponse<String> stream = http(0, "GET", "/sse?room=m1", "max", "192.0.2.46", null);
    assertThat(stream.body()).contains("too_many_connections");
    assertThat(limited("user_connections") - before).isGreaterThanOrEqualTo(3);
    assertThat(connect(1, "max", "192.0.2.44").refusal())
        .as("each node counts for itself")
        .isNull();
    assertThat(connect(0, "moe", "192.0.2.44").refusal()).as("another user").isNull();

    three.getFirst().send("41");
    three.getFirst().cut();
    await().atMost(Town.SOON).until(() -> connect(0, "max", "192.0.2.47").refusal() == null);
  }

  @Test
  void rooms_of_one_session() {
    RawSocketIo client = connect(0, "rob", "192.0.2.51");
    join(client, "r1");
    join(client, "r2");
    double before = limited("session_rooms");
    assertThat(code(client.ask("join", in("r3")))).isEqualTo("too_many_rooms");
    assertThat(limited("session_rooms")).isEqualTo(before + 1);
    join(client, "r1"); // it is there already
    client.ask("leave", in("r1"));
    join(client, "r3");
  }

  @Test
  void sizes_are_bounded_and_their_refusals_counted() {
    RawSocketIo client = connect(0, "siz", "192.0.2.61");
    join(client, "s1");
    double before = refused("too_large") + refused("invalid");
    assertThat(code(client.ask("send", in("s1").put("text", "x".repeat(8_001)))))
        .isIn("too_large", "invalid");
    assertThat(code(client.ask("send", in("s1").put("data", "x".repeat(16_001)))))
        .isEqualTo("too_large");
    assertThat(refused("too_large") + refused("invalid")).isGreaterThanOrEqualTo(before + 2);
  }

  private static double refused(String code) {
    return town.counted(0, "parley_refusals_total", "code", code);
  }

  private static HttpResponse<String> http(
      int gateway, String method, String path, String user, String address, String body) {
    try {
      return town.http.send(
          request(gateway, method, path, user, address, body),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpRequest request(
      int gateway, String method, String path, String user, String address, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(town.url(gateway) + path))
            .timeout(Town.SOON)
            .header("Authorization", "Bearer " + town.token(user))
            .header("X-Forwarded-For", address)
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    return request.build();
  }
}
