package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SkeletonTest {
  private static Town town;

  @BeforeAll
  static void start() {
    town = Town.with(2);
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  @Test
  void a_message_on_one_gateway_is_heard_on_the_other_and_is_in_scrollback() {
    RawSocketIo ann = RawSocketIo.connect(town.http, town.port(0), town.token("ann"));
    RawSocketIo ben = RawSocketIo.connect(town.http, town.port(1), town.token("ben"));
    JsonObject joined = ann.ask("join", new JsonObject().put("room", "first"));
    assertThat(joined.getBoolean("ok")).as(joined.encode()).isTrue();
    assertThat(ben.ask("join", new JsonObject().put("room", "first")).getBoolean("ok")).isTrue();
    JsonObject sent =
        ann.ask(
            "send",
            new JsonObject().put("room", "first").put("text", "hello").put("ack", "stored"));
    assertThat(sent.getBoolean("ok")).as(sent.encode()).isTrue();
    await().atMost(Town.SOON).until(() -> ben.texts().contains("hello"));
    await().atMost(Town.SOON).until(() -> ann.texts().contains("hello"));
    HttpResponse<String> page = town.get(1, "/api/rooms/first/messages", town.token("ben"));
    assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
    assertThat(page.body()).contains("hello");
    JsonObject history = ben.ask("history", new JsonObject().put("room", "first"));
    assertThat(history.getBoolean("ok")).as(history.encode()).isTrue();
    assertThat(history.getJsonArray("messages").encode()).contains("hello");
  }

  @Test
  void a_guest_gets_a_token_and_a_cookie_that_gives_it_back() {
    HttpResponse<String> guest = town.post(0, "/api/guests", null, "{\"name\":\"Gus\"}");
    assertThat(guest.statusCode()).as(guest.body()).isEqualTo(200);
    String cookie = guest.headers().firstValue("set-cookie").orElseThrow();
    assertThat(cookie)
        .contains("parley_session=")
        .containsIgnoringCase("HttpOnly")
        .contains("SameSite=Lax");
    assertThat(new JsonObject(guest.body()).getJsonObject("user").getString("name"))
        .isEqualTo("Gus");
  }

  @Test
  void the_page_and_the_bundles_are_served_with_a_policy() {
    HttpResponse<String> page = town.get(0, "/", null);
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("content-security-policy").orElse(""))
        .contains("default-src 'none'");
    for (String file : List.of("socket.io.js", "socket.io.min.js", "socket.io.esm.min.js")) {
      HttpResponse<String> bundle = town.get(0, "/socket.io/" + file, null);
      assertThat(bundle.statusCode()).as(file).isEqualTo(200);
      assertThat(bundle.body()).as(file).contains("Socket.IO");
    }
    assertThat(town.get(0, "/../../etc/passwd", null).statusCode()).isIn(400, 404);
  }

  @Test
  void the_gateways_know_each_other() {
    await()
        .atMost(Town.SOON)
        .until(
            () ->
                new JsonObject(town.get(0, "/api/nodes", null).body()).getJsonArray("nodes").size()
                    == 2);
  }
}
