package parley.system.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import parley.system.LiveSystem;
import parley.verify.cluster.Cluster;

/** Tokens that somebody made up are believed by no door. */
class ForgedTokenTest {
  private static final String OTHER_SECRET = "another-secret-of-at-least-32-characters";
  private static final Map<String, Function<Visitor, Answer>> DOORS =
      Map.of(
          "chat-service", visitor -> visitor.get("/api/me"),
          "history-service", visitor -> visitor.get("/api/rooms/tokens/messages"),
          "poll", visitor -> visitor.get("/api/rooms/tokens/events?wait=0"),
          "send",
              visitor ->
                  visitor.post("/api/rooms/tokens/messages", new JsonObject().put("text", "hi")),
          "server-sent events", visitor -> visitor.stream("room=tokens"),
          "WebSocket", Visitor::enterPlain,
          "Socket.IO", Visitor::enterSocketIo,
          "Socket.IO by polling", Visitor::enterPolling);
  private static LiveSystem system;

  @BeforeAll
  static void open() {
    system = LiveSystem.open();
    try (Talk talk = Visitor.user(system.node(0), "tess").plain()) {
      assertThat(talk.ask("join", new JsonObject().put("room", "tokens")).code())
          .isEqualTo(Answer.OK);
    }
  }

  static Stream<Arguments> forgeries() {
    String good = token("HS256", claims(), Cluster.TOKEN_SECRET);
    String[] parts = good.split("\\.");
    String admin = encoded(claims().put("sub", "root").put("roles", List.of("admin")));
    return Stream.of(
        Arguments.of("no signature at all", unsigned("none"), "unauthorized"),
        Arguments.of("no signature, in capitals", unsigned("NONE"), "unauthorized"),
        Arguments.of("alg none behind a signature", unsigned("none") + parts[2], "unauthorized"),
        Arguments.of(
            "signed by somebody else", token("HS256", claims(), OTHER_SECRET), "unauthorized"),
        Arguments.of("a key named by a path", pathKey(), "unauthorized"),
        Arguments.of(
            "another user under a good signature",
            parts[0] + "." + admin + "." + parts[2],
            "unauthorized"),
        Arguments.of(
            "another algorithm with the right secret",
            token("HS512", claims(), Cluster.TOKEN_SECRET),
            "unauthorized"),
        Arguments.of("expired", signed(claims().put("exp", now() - 3_600)), "token_expired"),
        Arguments.of("not valid yet", signed(claims().put("nbf", now() + 3_600)), "unauthorized"),
        Arguments.of("for ever", signed(without("exp")), "unauthorized"),
        Arguments.of("for another audience", signed(claims().put("aud", "others")), "unauthorized"),
        Arguments.of("for no audience", signed(without("aud")), "unauthorized"),
        Arguments.of("for nobody", signed(without("sub")), "unauthorized"),
        Arguments.of("a user that is no id", signed(claims().put("sub", "a:{b}")), "unauthorized"),
        Arguments.of("of a wrong type", signed(claims().put("roles", "admin")), "unauthorized"),
        Arguments.of("rubbish", "a.b.c", "unauthorized"),
        Arguments.of("long rubbish", "x".repeat(6_000), "unauthorized"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forgeries")
  void is_refused_at_every_door(String what, String token, String code) {
    Visitor visitor = new Visitor(system.node(0), token);
    DOORS.forEach(
        (door, enter) ->
            assertThat(enter.apply(visitor).code()).as("%s at %s", what, door).isEqualTo(code));
  }

  @Test
  void the_same_doors_open_for_a_good_token() {
    Visitor visitor = new Visitor(system.node(0), token("HS256", claims(), Cluster.TOKEN_SECRET));
    DOORS.forEach(
        (door, enter) -> assertThat(enter.apply(visitor).code()).as(door).isEqualTo(Answer.OK));
  }

  @Test
  void a_connection_does_not_become_another_users() {
    Visitor ann = Visitor.user(system.node(0), "ann");
    for (Talk talk : List.of(ann.plain(), ann.socketIo())) {
      try (talk) {
        Answer answer = talk.ask("auth", new JsonObject().put("token", LiveSystem.token("bob")));
        assertThat(answer.code()).isEqualTo("forbidden");
        talk.ask("join", new JsonObject().put("room", "tokens"));
        talk.ask("send", new JsonObject().put("room", "tokens").put("text", "still me"));
        await().until(() -> talk.heardUntilNow().contains("\"id\":\"ann\""));
        assertThat(talk.heardUntilNow()).doesNotContain("\"id\":\"bob\"");
      }
    }
  }

  @Test
  void a_token_in_the_address_is_no_token() {
    Visitor nobody = new Visitor(system.node(0), "");
    String token = LiveSystem.token("ann");
    for (String name : List.of("token", "access_token", "auth", "jwt")) {
      assertThat(nobody.get("/api/me?" + name + "=" + token).code()).isEqualTo("unauthorized");
      assertThat(nobody.stream("room=tokens&" + name + "=" + token).code())
          .isEqualTo("unauthorized");
    }
  }

  private static JsonObject claims() {
    return new JsonObject()
        .put("sub", "tess")
        .put("aud", LiveSystem.AUDIENCE)
        .put("exp", now() + 3_600);
  }

  private static JsonObject without(String claim) {
    JsonObject claims = claims();
    claims.remove(claim);
    return claims;
  }

  private static long now() {
    return Instant.now().getEpochSecond();
  }

  private static String unsigned(String algorithm) {
    return encoded(new JsonObject().put("alg", algorithm)) + "." + encoded(claims()) + ".";
  }

  private static String pathKey() {
    JsonObject header = new JsonObject().put("alg", "HS256").put("kid", "../../../dev/null");
    return signed(header, claims(), "HmacSHA256", "\0".repeat(32));
  }

  private static String signed(JsonObject claims) {
    return token("HS256", claims, Cluster.TOKEN_SECRET);
  }

  private static String token(String algorithm, JsonObject claims, String secret) {
    JsonObject header = new JsonObject().put("alg", algorithm).put("typ", "JWT");
    return signed(header, claims, algorithm.replace("HS", "HmacSHA"), secret);
  }

  private static String signed(JsonObject header, JsonObject claims, String mac, String secret) {
    String content = encoded(header) + "." + encoded(claims);
    try {
      Mac signer = Mac.getInstance(mac);
      signer.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), mac));
      return content + "." + base64(signer.doFinal(content.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(JsonObject json) {
    return base64(json.encode().getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
