package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every operation of the served document is called at the gateways of a running system, whoever
 * answers behind them, and every answer fits the document.
 */
class EveryOperationTest {
  private static Town town;
  private static Vertx vertx;
  private static OpenAPIContract contract;
  private static String admin;
  private final Set<String> called = new TreeSet<>();
  private int asked;

  @BeforeAll
  static void start() {
    town = Town.with(2, "PARLEY_LIMITS", "off");
    vertx = Vertx.vertx();
    admin = town.token("root", List.of("admin"), Optional.empty());
    JsonObject document =
        town.rest(0, "GET", "/openapi.json", null, null)
            .put("servers", new JsonArray().add(new JsonObject().put("url", "http://parley/api")));
    contract = Town.get(OpenAPIContract.from(vertx, document));
  }

  @AfterAll
  static void stop() {
    Town.get(vertx.close());
    town.close();
  }

  private JsonObject as(String user, String operation, String path, JsonObject body) {
    return with(town.token(user), operation, path, body);
  }

  private JsonObject as(String user, String operation, String path) {
    return as(user, operation, path, null);
  }

  /** Both gateways in turn. */
  private JsonObject with(String token, String operation, String path, JsonObject body) {
    Operation known = contract.operation(operation);
    assertThat(known).as(operation).isNotNull();
    called.add(operation);
    HttpResponse<String> answer =
        town.call(
            asked++ % 2,
            known.getHttpMethod().name(),
            "/api" + path,
            token,
            body == null ? null : body.encode());
    assertThat(answer.statusCode()).as(operation + ": " + answer.body()).isBetween(200, 204);
    return fits(operation, answer);
  }

  private static JsonObject fits(String operation, HttpResponse<String> answer) {
    String type = answer.headers().firstValue("Content-Type").orElse("");
    ValidatableResponse response =
        answer.body().isEmpty()
            ? ValidatableResponse.create(answer.statusCode(), Map.of())
            : ValidatableResponse.create(
                answer.statusCode(),
                Map.of("content-type", type),
                Buffer.buffer(answer.body()),
                type);
    Town.get(ResponseValidator.create(vertx, contract).validate(response, operation));
    return answer.body().isEmpty() ? null : new JsonObject(answer.body());
  }

  private static JsonObject json(Object... pairs) {
    JsonObject json = new JsonObject();
    for (int i = 0; i < pairs.length; i += 2) {
      json.put((String) pairs[i], pairs[i + 1]);
    }
    return json;
  }

  @Test
  void each_operation_answers_as_the_document_says() {
    with(null, "document", "/openapi.json", null);
    with(null, "listNodes", "/nodes", null);
    people();
    rooms();
    messages();
    lists();
    moderation();
    access();
    assertThat(called)
        .isEqualTo(
            contract.operations().stream()
                .map(Operation::getOperationId)
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  private void people() {
    HttpResponse<String> guest =
        town.call(0, "POST", "/api/guests", null, "{\"name\":\"A guest\"}");
    called.add("makeGuest");
    assertThat(fits("makeGuest", guest).getJsonObject("user").getString("name"))
        .isEqualTo("A guest");
    String cookie = guest.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
    HttpResponse<String> session = town.withCookie(1, "GET", "/api/session", cookie);
    called.add("readSession");
    assertThat(session.statusCode()).isEqualTo(200);
    fits("readSession", session);
    HttpResponse<String> ended = town.withCookie(0, "DELETE", "/api/session", cookie);
    called.add("endSession");
    assertThat(ended.statusCode()).isEqualTo(204);

    as("ann", "readMe", "/me");
    JsonObject changed =
        as(
            "ann",
            "changeMe",
            "/me",
            json("name", "Ännchen", "status", "away", "picture", "https://example.org/a.png"));
    assertThat(as("bob", "readUser", "/users/ann")).isEqualTo(changed);
    as("bob", "changeMe", "/me", json("picture", null));
  }

  private void rooms() {
    JsonObject wish =
        json(
            "id", "r+1.5",
            "name", "The tea room",
            "topic", "all about tea",
            "metadata", json("colour", "green"),
            "members", new JsonArray().add("bob"));
    as("ann", "makeRoom", "/rooms", wish);
    as("ann", "makeRoom", "/rooms", json("id", "closed", "kind", "private"));
    as("bob", "readRoom", "/rooms/r%2B1.5");
    as("ann", "changeRoom", "/rooms/r%2B1.5", json("topic", "coffee", "retentionDays", 30));
    as("ann", "openDirectRoom", "/direct/bob");
    as("ann", "invite", "/rooms/closed/invitations/cy");
    assertThat(as("cy", "listMyInvitations", "/me/invitations").getJsonArray("invitations"))
        .hasSize(1);
    as("cy", "joinRoom", "/rooms/closed/membership");
    as("ann", "invite", "/rooms/closed/invitations/dan");
    as("ann", "uninvite", "/rooms/closed/invitations/dan");
    as("ann", "setMember", "/rooms/closed/members/cy", json("role", "moderator"));
    as("cy", "listMembers", "/rooms/closed/members?limit=1");
    as("cy", "leaveRoom", "/rooms/closed/membership");
    as("ann", "setMember", "/rooms/closed/members/dan", json("role", "member"));
    as("ann", "removeMember", "/rooms/closed/members/dan");
  }

  private void messages() {
    String messages = "/rooms/r%2B1.5/messages";
    long seq =
        as("ann", "sendMessage", messages, json("text", "to be changed", "key", "k1"))
            .getLong("seq");
    assertThat(
            as("ann", "sendMessage", messages, json("text", "to be changed", "key", "k1"))
                .getLong("seq"))
        .isEqualTo(seq);
    String message = messages + "/" + seq;
    as("bob", "sendMessage", messages, json("data", json("n", 1), "replyTo", seq, "ack", "stored"));
    as("ann", "editMessage", message, json("text", "changed", "key", "edit1"));
    as("bob", "react", message + "/reactions/%2B1");
    as("ann", "react", message + "/reactions/%F0%9F%91%8D");
    as("ann", "pin", "/rooms/r%2B1.5/pins/" + seq);
    JsonObject page = as("bob", "readMessages", messages + "?limit=10");
    JsonObject folded =
        page.getJsonArray("messages").stream()
            .map(each -> (JsonObject) each)
            .filter(each -> each.getLong("seq") == seq)
            .findFirst()
            .orElseThrow();
    assertThat(folded.getString("text")).isEqualTo("changed");
    assertThat(folded.getJsonArray("reactions")).hasSize(2);
    as("bob", "readMessages", messages + "?q=changed");
    as("bob", "readMessages", messages + "?around=" + seq + "&limit=1");
    as("bob", "pollEvents", "/rooms/r%2B1.5/events?after=0");
    as("bob", "pollEvents", "/rooms/r%2B1.5/events");
    as("bob", "unreact", message + "/reactions/%2B1");
    as("ann", "unpin", "/rooms/r%2B1.5/pins/" + seq);
    as("ann", "deleteMessage", message);
    as("ann", "deleteMessage", message);
    as("bob", "readMessages", messages);
  }

  private void lists() {
    RawSocketIo ann = RawSocketIo.connect(town.http, town.port(0), town.token("ann"));
    RawSocketIo bob = RawSocketIo.connect(town.http, town.port(1), town.token("bob"));
    String direct = as("bob", "openDirectRoom", "/direct/ann").getString("id");
    long seq = ann.ask("send", json("room", direct, "text", "read me")).getLong("seq");
    for (RawSocketIo client : List.of(ann, bob)) {
      assertThat(client.ask("read", json("room", direct, "seq", seq)).getBoolean("ok")).isTrue();
    }
    org.awaitility.Awaitility.await()
        .atMost(Town.SOON)
        .until(
            () ->
                as("ann", "listMyRooms", "/me/rooms?limit=100").getJsonArray("rooms").stream()
                    .map(each -> (JsonObject) each)
                    .anyMatch(
                        room ->
                            room.containsKey("receipt")
                                && room.containsKey("read")
                                && room.containsKey("with")
                                && room.containsKey("last")));
    as("ann", "findRooms", "/rooms?q=tea&limit=10");
  }

  private void moderation() {
    as("ann", "mute", "/rooms/r%2B1.5/mutes/bob", json("seconds", 60));
    as("ann", "listMembers", "/rooms/r%2B1.5/members");
    as("ann", "unmute", "/rooms/r%2B1.5/mutes/bob");
    as("ann", "ban", "/rooms/r%2B1.5/bans/bob");
    as("ann", "unban", "/rooms/r%2B1.5/bans/bob");
    as("ann", "kick", "/rooms/r%2B1.5/kicks/eve");
  }

  private void access() {
    JsonObject wish = json("user", "bot", "name", "Bot", "scopes", new JsonArray().add("rooms"));
    JsonObject made = with(admin, "makeKey", "/keys", wish);
    with(admin, "listKeys", "/keys", null);
    with(admin, "revokeKey", "/keys/" + made.getJsonObject("key").getString("id"), null);
    with(admin, "revokeUser", "/users/zoe/revocation", null);
    with(town.token("zed"), "revokeMyToken", "/me/revocation", null);
  }

  @Test
  void refusals_of_every_process_fit_the_document_too() {
    for (String operation : List.of("readRoom", "readMessages", "pollEvents")) {
      String path =
          switch (operation) {
            case "readMessages" -> "/messages";
            case "pollEvents" -> "/events";
            default -> "";
          };
      HttpResponse<String> answer =
          town.call(1, "GET", "/api/rooms/closed-to-you" + path, town.token("ann"), null);
      if (answer.statusCode() >= 400) {
        fits(operation, answer);
      }
      HttpResponse<String> unknown =
          town.call(0, "GET", "/api/rooms/closed-to-you" + path, "nonsense", null);
      assertThat(unknown.statusCode()).isEqualTo(401);
      fits(operation, unknown);
    }
  }
}
