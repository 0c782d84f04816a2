package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Guests and session cookies, and rooms that nobody made. */
class DoorTest {
  private static Town open;
  private static Town strict;

  @BeforeAll
  static void start() {
    open = Town.with(2, "PARLEY_LIMITS", "off");
    strict =
        Town.with(1, "PARLEY_LIMITS", "off", "PARLEY_GUESTS", "off", "PARLEY_CREATE_ROOMS", "off");
  }

  @AfterAll
  static void stop() {
    open.close();
    strict.close();
  }

  private static String code(JsonObject answer) {
    return answer.getBoolean("ok") ? "ok" : answer.getJsonObject("error").getString("code");
  }

  @Test
  void where_guests_are_off_nobody_comes_in_without_a_token() {
    assertThat(
            RawSocketIo.connect(strict.http, strict.port(0), new JsonObject())
                .refusal()
                .getJsonObject("data")
                .getString("code"))
        .isEqualTo("unauthorized");
    assertThat(strict.refusal(0, "POST", "/guests", null, "{\"name\":\"Gus\"}"))
        .isEqualTo("forbidden");
  }

  @Test
  void where_rooms_are_not_made_by_joining_a_room_must_be_made_first() {
    RawSocketIo ann = RawSocketIo.connect(strict.http, strict.port(0), strict.token("ann"));
    JsonObject room = new JsonObject().put("room", "unmade");
    assertThat(code(ann.ask("join", room))).isEqualTo("not_found");
    assertThat(code(ann.ask("send", room.copy().put("text", "t")))).isEqualTo("not_found");
    assertThat(strict.sql("select id from chat.rooms where id = 'unmade'")).isEmpty();
    strict.rest(0, "POST", "/rooms", strict.token("ann"), "{\"id\":\"unmade\"}");
    assertThat(code(ann.ask("join", room))).isEqualTo("ok");
  }

  @Test
  void a_guests_cookie_is_good_on_every_node_for_reading_and_for_connections_only() {
    HttpResponse<String> made = open.call(0, "POST", "/api/guests", null, "{\"name\":\"Gus\"}");
    assertThat(made.statusCode()).isEqualTo(200);
    JsonObject guest = new JsonObject(made.body());
    String set = made.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(set).containsIgnoringCase("HttpOnly").contains("SameSite=Lax");
    String cookie = set.replaceFirst(";.*", "");

    HttpResponse<String> session = open.withCookie(1, "GET", "/api/session", cookie);
    assertThat(new JsonObject(session.body()).getString("token"))
        .isEqualTo(guest.getString("token"));
    HttpResponse<String> me = open.withCookie(1, "GET", "/api/me", cookie);
    assertThat(new JsonObject(me.body()).getString("id"))
        .isEqualTo(guest.getJsonObject("user").getString("id"));

    // A form of another site sends the cookie of a browser that is lax, or old: nothing is done.
    for (String method : new String[] {"POST", "PUT", "PATCH", "DELETE"}) {
      String path =
          switch (method) {
            case "POST" -> "/api/rooms";
            case "PUT" -> "/api/me/revocation";
            case "PATCH" -> "/api/me";
            default -> "/api/rooms/some/membership";
          };
      String body =
          switch (method) {
            case "POST" -> "{\"id\":\"stolen\"}";
            case "PATCH" -> "{\"name\":\"Stolen\"}";
            default -> "";
          };
      assertThat(open.withCookie(0, method, path, cookie, body).statusCode())
          .as(method)
          .isEqualTo(401);
    }
    assertThat(open.withCookie(1, "GET", "/api/me", cookie).body()).isEqualTo(me.body());
    HttpRequest foreign =
        HttpRequest.newBuilder(URI.create(open.url(0) + "/api/session"))
            .header("Cookie", cookie)
            .header("Origin", "https://evil.example")
            .timeout(Town.SOON)
            .build();
    HttpResponse<String> answer =
        open.http.sendAsync(foreign, HttpResponse.BodyHandlers.ofString()).join();
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("origin_refused");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
  }
}
