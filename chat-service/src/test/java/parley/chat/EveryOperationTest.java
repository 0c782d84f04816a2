package parley.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import parley.protocol.EventTail;
import parley.protocol.User;
import parley.protocol.functions.Append;
import parley.protocol.functions.AppendReply;

/** Every operation of the served document is called, and every answer fits the document. */
class EveryOperationTest {
  private static final Trial TRIAL = new Trial();
  private static final OpenAPIContract CONTRACT = contract();
  private final Set<String> called = new TreeSet<>();

  @AfterAll
  static void close() {
    TRIAL.close();
  }

  private static OpenAPIContract contract() {
    Trial.Answer document = TRIAL.at(0, "", "", "GET", "/api/openapi.json");
    assertThat(document.status()).isEqualTo(200);
    assertThat(document.json().getString("openapi")).startsWith("3.1");
    JsonObject json =
        document
            .json()
            .put("servers", new JsonArray().add(new JsonObject().put("url", "http://parley/api")));
    return Trial.await(OpenAPIContract.from(TRIAL.vertx, json));
  }

  /** Calls an operation with path parameters in their order; the answer must fit the document. */
  private JsonObject call(String user, String operation, String path, Object... body) {
    Operation known = CONTRACT.operation(operation);
    assertThat(known).as(operation).isNotNull();
    called.add(operation);
    Trial.Answer answer = TRIAL.as(user, known.getHttpMethod().name(), path, body);
    assertThat(answer.status()).as("%s: %s", operation, answer.json()).isEqualTo(200);
    fits(operation, answer);
    return answer.json();
  }

  private static void fits(String operation, Trial.Answer answer) {
    Map<String, String> headers = new HashMap<>();
    headers.put("content-type", "application/json");
    ValidatableResponse response =
        ValidatableResponse.create(
            answer.status(), headers, Buffer.buffer(answer.json().encode()), "application/json");
    Trial.await(ResponseValidator.create(TRIAL.vertx, CONTRACT).validate(response, operation));
  }

  private static JsonObject json(Object... pairs) {
    JsonObject json = new JsonObject();
    for (int i = 0; i < pairs.length; i += 2) {
      json.put((String) pairs[i], pairs[i + 1]);
    }
    return json;
  }

  private static long send(String room, String user, String text) {
    return ((AppendReply.Ok)
            Append.reply(
                TRIAL.call(
                    Append.user(
                        TRIAL.room(room),
                        user,
                        new Append.Key.Client(text),
                        new EventTail.Message(room, new User(user, user), text, null, null, text)
                            .json()))))
        .seq();
  }

  @Test
  void each_operation_answers_as_the_document_says() {
    call("ann", "document", "/openapi.json");
    call("ann", "makeGuest", "/guests", json("name", "Guest"));
    people();
    rooms();
    members();
    moderation();
    messages();
    access();
    Set<String> all =
        CONTRACT.operations().stream()
            .filter(operation -> !operation.getExtensions().containsKey("x-served-by"))
            .map(Operation::getOperationId)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(called).isEqualTo(all);
  }

  private void people() {
    assertThat(call("ann", "readMe", "/me").getString("name")).isEqualTo("Ann");
    JsonObject changed =
        call("ann", "changeMe", "/me", json("name", "Ännchen", "status", "away", "picture", null));
    assertThat(changed.getString("name")).isEqualTo("Ännchen");
    assertThat(call("bob", "readUser", "/users/ann").getString("status")).isEqualTo("away");
  }

  private void rooms() {
    JsonObject made =
        call(
            "ann",
            "makeRoom",
            "/rooms",
            json(
                "id",
                "r+1.5",
                "name",
                "The tea room",
                "topic",
                "all about tea",
                "metadata",
                json("colour", "green"),
                "members",
                new JsonArray().add("bob")));
    assertThat(made.getString("role")).isEqualTo("owner");
    call("ann", "makeRoom", "/rooms", json("id", "closed", "kind", "private"));
    assertThat(call("bob", "readRoom", "/rooms/r%2B1.5").getString("role")).isEqualTo("member");
    JsonObject found = call("cy", "findRooms", "/rooms?q=tea+ROO&limit=10");
    assertThat(found.getJsonArray("rooms")).hasSize(1);
    assertThat(call("cy", "findRooms", "/rooms?limit=10").getJsonArray("rooms"))
        .noneMatch(room -> ((JsonObject) room).getString("id").equals("closed"));
    JsonObject changed =
        call("ann", "changeRoom", "/rooms/r%2B1.5", json("topic", "coffee", "slow", 0));
    assertThat(changed.getString("topic")).isEqualTo("coffee");
    JsonObject direct = call("ann", "openDirectRoom", "/direct/bob");
    assertThat(call("bob", "openDirectRoom", "/direct/ann").getString("id"))
        .isEqualTo(direct.getString("id"));
    JsonObject mine = call("ann", "listMyRooms", "/me/rooms");
    assertThat(mine.getJsonArray("rooms")).hasSize(3);
    assertThat(mine.getJsonArray("rooms").getJsonObject(0).getInteger("unread")).isNotNull();
  }

  private void members() {
    call("ann", "invite", "/rooms/closed/invitations/cy");
    assertThat(call("cy", "listMyInvitations", "/me/invitations").getJsonArray("invitations"))
        .hasSize(1);
    call("cy", "joinRoom", "/rooms/closed/membership");
    call("ann", "invite", "/rooms/closed/invitations/dan");
    call("ann", "uninvite", "/rooms/closed/invitations/dan");
    call("ann", "setMember", "/rooms/closed/members/cy", json("role", "moderator"));
    assertThat(call("cy", "listMembers", "/rooms/closed/members?limit=1").getString("next"))
        .isEqualTo("ann");
    call("cy", "leaveRoom", "/rooms/closed/membership");
    call("ann", "setMember", "/rooms/closed/members/dan", json("role", "member"));
    call("ann", "removeMember", "/rooms/closed/members/dan");
  }

  private void moderation() {
    assertThat(
            call("ann", "mute", "/rooms/r%2B1.5/mutes/bob", json("seconds", 60)).getLong("until"))
        .isGreaterThan(System.currentTimeMillis());
    call("ann", "unmute", "/rooms/r%2B1.5/mutes/bob");
    assertThat(call("ann", "ban", "/rooms/r%2B1.5/bans/bob").getLong("until")).isEqualTo(-1);
    call("ann", "unban", "/rooms/r%2B1.5/bans/bob");
    call("ann", "kick", "/rooms/r%2B1.5/kicks/eve");
  }

  private void messages() {
    long seq = send("r+1.5", "ann", "to be changed");
    String message = "/rooms/r%2B1.5/messages/" + seq;
    call("ann", "editMessage", message, json("text", "changed", "key", "edit1"));
    call("bob", "react", message + "/reactions/%2B1");
    call("bob", "unreact", message + "/reactions/%2B1");
    assertThat(TRIAL.log("r+1.5").getLast().getString("emoji")).isEqualTo("+1");
    call("ann", "pin", "/rooms/r%2B1.5/pins/" + seq);
    assertThat(call("ann", "readRoom", "/rooms/r%2B1.5").getJsonArray("pins")).containsExactly(seq);
    call("ann", "unpin", "/rooms/r%2B1.5/pins/" + seq);
    call("ann", "deleteMessage", message);
    assertThat(call("ann", "deleteMessage", message).containsKey("seq")).isFalse();
  }

  private void access() {
    JsonObject made =
        call(
            "root",
            "makeKey",
            "/keys",
            json("user", "bot", "scopes", new JsonArray(List.of("rooms", "messages"))));
    String id = made.getJsonObject("key").getString("id");
    Trial.Answer byKey =
        TRIAL.at(
            0, "Authorization", "Bearer " + made.getString("token"), "GET", "/api/rooms/closed");
    assertThat(byKey.status()).isEqualTo(200);
    Trial.Answer beyondScope =
        TRIAL.at(
            0,
            "Authorization",
            "Bearer " + made.getString("token"),
            "PUT",
            "/api/rooms/closed/bans/x");
    assertThat(beyondScope.code()).isEqualTo("forbidden");
    assertThat(call("root", "listKeys", "/keys").encode()).doesNotContain(made.getString("token"));
    call("root", "revokeKey", "/keys/" + id);
    Trial.Answer ended =
        TRIAL.at(
            0, "Authorization", "Bearer " + made.getString("token"), "GET", "/api/rooms/closed");
    assertThat(ended.code()).isEqualTo("token_revoked");
    call("root", "revokeUser", "/users/zoe/revocation");
    call("zed", "revokeMyToken", "/me/revocation");
  }

  @Test
  void an_error_fits_the_document_too() {
    Trial.Answer missing = TRIAL.as("ann", "GET", "/rooms/nowhere");
    assertThat(missing.code()).isEqualTo("not_found");
    fits("readRoom", missing);
    assertThat(TRIAL.as("ann", "GET", "/nothing").code()).isEqualTo("not_found");
  }
}
