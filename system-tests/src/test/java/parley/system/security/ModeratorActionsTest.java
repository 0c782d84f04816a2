package parley.system.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import parley.system.LiveSystem;

/** What moderators, owners and admins may do, a member may not. */
class ModeratorActionsTest {
  private static final Set<String> REFUSALS = Set.of("forbidden", "not_member", "not_found");
  private static String room;
  private static String before;
  private static Visitor owner;
  private static List<Visitor> others;

  @BeforeAll
  static void open() {
    LiveSystem system = LiveSystem.open();
    room = "order-" + UUID.randomUUID().toString().substring(0, 8);
    owner = Visitor.user(system.node(0), "owner-" + room);
    Visitor member = Visitor.user(system.node(1), "member-" + room);
    Visitor passer = Visitor.user(system.node(1), "passer-" + room);
    member.get("/api/me");
    passer.get("/api/me");
    JsonObject made =
        new JsonObject()
            .put("id", room)
            .put("kind", "open")
            .put("members", new JsonArray().add("member-" + room));
    assertThat(owner.post("/api/rooms", made).code()).isEqualTo(Answer.OK);
    others = List.of(member, passer);
    before = state();
  }

  static Stream<Arguments> actions() {
    String base = "/api/rooms/" + room;
    String victim = "owner-" + room;
    return Stream.of(
        action("PATCH", base, new JsonObject().put("topic", "mine now")),
        action("PATCH", base, new JsonObject().put("kind", "private")),
        action("PATCH", base, new JsonObject().put("frozen", true)),
        action("PATCH", base, new JsonObject().put("archived", true)),
        action("PATCH", base, new JsonObject().put("slow", 86_400_000)),
        action("PUT", base + "/members/member-" + room, new JsonObject().put("role", "owner")),
        action("PUT", base + "/members/passer-" + room, new JsonObject().put("role", "moderator")),
        action("DELETE", base + "/members/" + victim, null),
        action("PUT", base + "/bans/" + victim, null),
        action("DELETE", base + "/bans/" + victim, null),
        action("PUT", base + "/mutes/" + victim, new JsonObject().put("seconds", 60)),
        action("DELETE", base + "/mutes/" + victim, null),
        action("POST", base + "/kicks/" + victim, null),
        action("PUT", base + "/pins/4294967297", null),
        action("PUT", "/api/users/" + victim + "/revocation", null),
        action("GET", "/api/keys", null),
        action(
            "POST",
            "/api/keys",
            new JsonObject().put("user", victim).put("scopes", new JsonArray().add("access"))),
        action("DELETE", "/api/keys/some", null));
  }

  private static Arguments action(String method, String path, @Nullable JsonObject body) {
    return Arguments.of(method, path, body);
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("actions")
  void are_refused(String method, String path, @Nullable JsonObject body) {
    for (Visitor visitor : others) {
      Answer answer = visitor.http(method, path, body);
      assertThat(REFUSALS).as("%s", answer).contains(answer.code());
    }
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void roles_that_a_token_does_not_have_are_not_taken_from_elsewhere() {
    for (Visitor visitor : others) {
      var request =
          visitor
              .request("GET", "/api/keys?role=admin&roles=admin", null)
              .header("X-Roles", "admin")
              .header("Parley-Roles", "admin")
              .build();
      assertThat(Visitor.send(request).statusCode()).isEqualTo(403);
    }
  }

  /** The room and its members, as its owner sees them. */
  private static String state() {
    return owner.get("/api/rooms/" + room).text()
        + owner.get("/api/rooms/" + room + "/members").text();
  }
}
