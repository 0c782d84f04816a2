package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import parley.protocol.Limits;

/**
 * Binary payloads go from Socket.IO clients to Socket.IO clients, on whatever node and transport.
 */
class BinaryTest {
  private static final byte[] PICTURE = {(byte) 0x89, 'P', 'N', 'G', 0, -1, 10, ' ', ','};
  private static Town town;

  @BeforeAll
  static void start() {
    town = Town.with(2, "PARLEY_LIMITS", "off");
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  private static RawSocketIo in(String room, int gateway, String user) {
    RawSocketIo client = RawSocketIo.connect(town.http, town.port(gateway), town.token(user));
    assertThat(client.ask("join", new JsonObject().put("room", room)).getBoolean("ok")).isTrue();
    return client;
  }

  private static JsonObject emit(String room, String event, Object data) {
    return new JsonObject()
        .put("to", new JsonObject().put("room", room))
        .put("event", event)
        .put("data", data);
  }

  @Test
  void binary_parts_are_heard_as_they_were_said_on_both_nodes_and_by_polling_clients()
      throws Exception {
    RawSocketIo ann = in("gallery", 0, "ann");
    RawSocketIo ben = in("gallery", 1, "ben");
    PlainClient plain = PlainClient.connect(town.http, town.port(1), town.token("cid"));
    plain.ask("join", new JsonObject().put("room", "gallery"));
    NodeScript polling =
        NodeScript.run(town, "hears-binary.mjs", java.util.Map.of("ROOM", "gallery"));
    polling.until("ready");
    JsonObject said =
        ann.withParts(
                "emit",
                emit(
                    "gallery",
                    "picture",
                    new JsonObject()
                        .put("name", "a, b.png")
                        .put(
                            "parts",
                            new JsonArray().add(RawSocketIo.part(1)).add(RawSocketIo.part(0)))),
                PICTURE,
                new byte[0])
            .join();
    assertThat(said.getBoolean("ok")).as(said.encode()).isTrue();
    await().atMost(Town.SOON).until(() -> !ben.binaryEvents.isEmpty());
    await().atMost(Town.SOON).until(() -> !ann.binaryEvents.isEmpty());
    JsonObject heard = ben.binaryEvents.getFirst().getJsonObject(1);
    String picture = Base64.getEncoder().encodeToString(PICTURE);
    assertThat(ben.binaryEvents.getFirst().getString(0)).isEqualTo("picture");
    assertThat(heard.getJsonObject("from").getString("id")).isEqualTo("ann");
    assertThat(heard.getJsonObject("data").getString("name")).isEqualTo("a, b.png");
    assertThat(heard.getJsonObject("data").getJsonArray("parts")).containsExactly("", picture);
    assertThat(polling.result().getJsonArray("parts")).containsExactly("", picture);
    ann.ask("emit", emit("gallery", "last", 1));
    await().atMost(Town.SOON).until(() -> !plain.heard("last").isEmpty());
    assertThat(plain.heard("picture")).isEmpty();
  }

  @Test
  void what_is_to_be_kept_must_not_be_binary() {
    RawSocketIo ann = in("archive", 0, "ann");
    JsonObject room = new JsonObject().put("room", "archive");
    assertThat(code(ann, "send", room.copy().put("data", RawSocketIo.part(0))))
        .isEqualTo("binary_refused");
    assertThat(code(ann, "send", room.copy().put("text", RawSocketIo.part(0))))
        .isEqualTo("binary_refused");
    assertThat(code(ann, "emit", emit("archive", "kept", RawSocketIo.part(0)).put("store", true)))
        .isEqualTo("binary_refused");
    String page = town.get(1, "/api/rooms/archive/messages", town.token("ann")).body();
    assertThat(new JsonObject(page).getJsonArray("messages")).isEmpty();
  }

  @Test
  void parts_that_are_too_large_together_are_refused() {
    RawSocketIo ann = in("heavy", 0, "ann");
    byte[] half = new byte[Limits.BINARY_BYTES_MAX / 2 + 1];
    JsonObject data =
        emit("heavy", "x", new JsonArray().add(RawSocketIo.part(0)).add(RawSocketIo.part(1)));
    JsonObject answer = ann.withParts("emit", data, half, half).join();
    assertThat(answer.getJsonObject("error").getString("code")).isEqualTo("too_large");
    assertThat(ann.closed).isNotDone();
  }

  private static String code(RawSocketIo client, String event, JsonObject data) {
    JsonObject answer = client.withParts(event, data, PICTURE).join();
    assertThat(answer.getBoolean("ok")).as(answer.encode()).isFalse();
    return answer.getJsonObject("error").getString("code");
  }

  @Test
  void elsewhere_binary_is_refused_with_its_code_and_the_connection_stays() throws Exception {
    PlainClient plain = PlainClient.connect(town.http, town.port(0), town.token("cid"));
    plain.send(PICTURE);
    assertThat(plain.complaint().getString("code")).isEqualTo("binary_refused");
    plain.send("{\"event\":");
    assertThat(plain.complaint().getString("code")).isEqualTo("invalid");
    plain.send("[1]");
    assertThat(plain.complaint().getString("code")).isEqualTo("invalid");
    assertThat(plain.ask("join", new JsonObject().put("room", "still")).getBoolean("ok")).isTrue();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(town.url(0) + "/api/rooms/still/messages"))
            .header("Authorization", "Bearer " + town.token("cid"))
            .header("Content-Type", "application/octet-stream")
            .POST(HttpRequest.BodyPublishers.ofByteArray(PICTURE))
            .build();
    HttpResponse<String> answer = town.http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(new JsonObject(answer.body()).getJsonObject("error").getString("code"))
        .isEqualTo("binary_refused");
  }

  @Test
  void a_client_of_ws_that_says_nothing_but_nonsense_is_closed() {
    PlainClient plain = PlainClient.connect(town.http, town.port(0), town.token("cid"));
    for (int i = 0; i < 21; i++) {
      plain.send("nonsense");
    }
    assertThat(plain.closed.orTimeout(15, java.util.concurrent.TimeUnit.SECONDS).join())
        .isEqualTo(4400);
  }
}
