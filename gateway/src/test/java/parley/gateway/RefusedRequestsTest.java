package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every operation of the served document refuses a wrong token, somebody else's room and malformed
 * input with the right code, on both gateways, and changes nothing.
 */
class RefusedRequestsTest {
  /** What changes by itself. */
  private static final String OWN_LIFE =
      "'nodes', 'shards', 'meta', 'replica', 'shard', 'forgotten', 'retention'";

  private static Town town;
  private static Operations operations;
  private static final Map<String, String> VALUES = new HashMap<>();
  private static String admin;
  private final List<String> wrong = new ArrayList<>();
  private int asked;
  private List<String> before;

  @BeforeAll
  static void start() {
    town = Town.with(2, "PARLEY_LIMITS", "off");
    admin = town.token("root", List.of("admin"), Optional.empty());
    operations = new Operations(new JsonObject(town.get(0, "/api/openapi.json", null).body()));
    for (String user : List.of("owner", "stranger", "target")) {
      town.get(0, "/api/me", town.token(user));
    }
    town.get(0, "/api/me", admin);
    JsonObject room =
        new JsonObject()
            .put("id", "vault")
            .put("kind", "private")
            .put("members", new JsonArray().add("target"));
    town.post(0, "/api/rooms", town.token("owner"), room.encode());
    HttpResponse<String> sent =
        town.post(
            0,
            "/api/rooms/vault/messages",
            town.token("owner"),
            "{\"text\":\"kept\",\"ack\":\"stored\"}");
    assertThat(sent.statusCode()).as(sent.body()).isEqualTo(201);
    VALUES.putAll(
        Map.of(
            "room", "vault",
            "user", "target",
            "seq", new JsonObject(sent.body()).getLong("seq").toString(),
            "emoji", "x",
            "key", "k0"));
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  @BeforeEach
  void remember() {
    before = state();
  }

  @AfterEach
  void nothing_has_changed() {
    assertThat(wrong).isEmpty();
    assertThat(asked).isGreaterThan(20);
    assertThat(state()).isEqualTo(before);
  }

  /** Everything in Postgres, and the head of the room in Redis. */
  private static List<String> state() {
    List<String> tables =
        town.sql(
            "select schemaname || '.' || tablename from pg_tables where schemaname in"
                + " ('chat', 'history') and tablename not in ("
                + OWN_LIFE
                + ") order by 1");
    List<String> state = new ArrayList<>();
    for (String table : tables) {
      state.add(
          table
              + town.sql(
                  "select coalesce(string_agg(t::text, ' ' order by t::text), '') from "
                      + table
                      + " t"));
    }
    state.add(town.get(0, "/api/rooms/vault/events", town.token("owner")).body());
    return state;
  }

  private void refused(
      Operations.Operation operation, String path, String token, String body, Set<String> codes) {
    HttpResponse<String> answer = town.call(asked++ % 2, operation.method(), path, token, body);
    String code =
        answer.statusCode() < 400
            ? "done"
            : new JsonObject(answer.body()).getJsonObject("error").getString("code");
    if (!codes.contains(code)) {
      wrong.add(
          "%s %s %s: %d %s"
              .formatted(operation.id(), path, body, answer.statusCode(), answer.body()));
    }
  }

  private static String body(Operations.Operation operation) {
    JsonObject body = operations.body(operation);
    return body == null ? null : body.encode();
  }

  @Test
  void a_wrong_token() {
    String expired = town.token("owner", Duration.ofSeconds(-90));
    String forged = town.token("owner") + "x";
    for (Operations.Operation operation : operations.all()) {
      if (!operation.isPublic()) {
        String path = operation.path(VALUES);
        for (String token : new String[] {null, "nonsense", forged, "parley_0011223344556677_00"}) {
          refused(operation, path, token, body(operation), Set.of("unauthorized"));
        }
        refused(operation, path, expired, body(operation), Set.of("token_expired"));
      }
    }
  }

  @Test
  void a_room_of_others_and_a_token_for_other_rooms() {
    String elsewhere = town.token("owner", List.of(), Optional.of(List.of("elsewhere")));
    for (Operations.Operation operation : operations.all()) {
      if (operation.ofRoom()) {
        String path = operation.path(VALUES);
        refused(
            operation,
            path,
            town.token("stranger"),
            body(operation),
            Set.of("not_member", "forbidden"));
        refused(operation, path, elsewhere, body(operation), Set.of("forbidden"));
      }
    }
  }

  @Test
  void malformed_input() {
    for (Operations.Operation operation : operations.all()) {
      for (JsonObject parameter : operation.parameters()) {
        String bad = operations.badValue(parameter);
        if (bad != null && parameter.getString("in").equals("path")) {
          Map<String, String> values = new HashMap<>(VALUES);
          values.put(parameter.getString("name"), bad);
          refused(operation, operation.path(values), admin, body(operation), Set.of("invalid"));
        } else if (bad != null) {
          String query = "?" + parameter.getString("name") + "=" + bad;
          refused(operation, operation.path(VALUES) + query, admin, null, Set.of("invalid"));
        }
      }
      for (String bad : operations.badBodies(operation)) {
        refused(operation, operation.path(VALUES), admin, bad, Set.of("invalid"));
      }
    }
  }
}
