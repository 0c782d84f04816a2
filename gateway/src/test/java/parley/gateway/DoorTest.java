package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Guests and session cookies, rooms that nobody made, and connections that are kept open. */
class DoorTest {
  private static Town open;
  private static Town strict;

  @BeforeAll
  static void start() {
    open = Town.with(2, "PARLEY_LIMITS", "off", "PARLEY_HTTP_KEEP_ALIVE", "2s");
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

  @Test
  void a_connection_is_kept_for_the_next_request_and_closed_when_none_comes() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), open.port(0))) {
      socket.setSoTimeout((int) Town.SOON.toMillis());
      for (int i = 0; i < 3; i++) {
        assertThat(ask(socket, "GET /api/nodes HTTP/1.1\r\nHost: parley\r\n\r\n"))
            .startsWith("HTTP/1.1 200");
      }
      long idleSince = System.nanoTime();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      assertThat(Duration.ofNanos(System.nanoTime() - idleSince))
          .isGreaterThan(Duration.ofMillis(900));
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), open.port(0))) {
      socket.setSoTimeout((int) Town.SOON.toMillis());
      ask(socket, "GET /api/nodes HTTP/1.1\r\nHost: parley\r\nConnection: close\r\n\r\n");
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  /** One answer with a body of known length. */
  private static String ask(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      assertThat(next).as(head.toString()).isGreaterThanOrEqualTo(0);
      head.append((char) next);
    }
    String length =
        head.toString()
            .toLowerCase(Locale.ROOT)
            .replaceFirst("(?s).*content-length: (\\d+).*", "$1");
    in.readNBytes(Integer.parseInt(length));
    return head.toString();
  }
}
