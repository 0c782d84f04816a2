package parley.system.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import parley.system.LiveSystem;

/** Nobody speaks, changes or reads as somebody else. */
class ImpersonationTest {
  private final String room = "masks-" + UUID.randomUUID().toString().substring(0, 8);
  private LiveSystem system;
  private Visitor ann;
  private Visitor mallory;

  @BeforeEach
  void open() {
    system = LiveSystem.open();
    ann = Visitor.user(system.node(0), "ann");
    mallory = Visitor.user(system.node(1), "mallory");
    JsonObject made = new JsonObject().put("id", room).put("kind", "open");
    assertThat(ann.post("/api/rooms", made).code()).isEqualTo(Answer.OK);
  }

  @Test
  void what_a_message_says_of_its_author_is_not_believed() {
    JsonObject lie =
        inRoom()
            .put("text", "I am ann")
            .put("from", new JsonObject().put("id", "ann").put("name", "ann"))
            .put("user", "ann")
            .put("sub", "ann");
    for (Supplier<Talk> open : List.<Supplier<Talk>>of(mallory::plain, mallory::socketIo)) {
      try (Talk talk = open.get()) {
        talk.ask("join", inRoom());
        talk.ask("send", lie);
        talk.ask("typing", inRoom().put("on", true).put("user", "ann"));
        assertThat(talk.heardUntilNow()).doesNotContain("\"id\":\"ann\"");
      }
    }
    mallory.post("/api/rooms/" + room + "/messages", lie);
    assertThat(authors()).isNotEmpty().containsOnly("mallory");
  }

  @Test
  void headers_that_only_a_gateway_may_send_are_not_believed() {
    for (String header :
        List.of("Parley-User", "Parley-Caller", "X-User", "X-Forwarded-User", "Parley-Cluster")) {
      var request =
          mallory
              .request("GET", "/api/me", null)
              .header(header, header.endsWith("Cluster") ? "verify-cluster-secret" : "ann")
              .build();
      assertThat(new JsonObject(Visitor.send(request).body()).getString("id"))
          .as(header)
          .isEqualTo("mallory");
      var nobody =
          java.net.http.HttpRequest.newBuilder(system.node(0).resolve("/api/me"))
              .header(header, "ann")
              .build();
      assertThat(Visitor.send(nobody).statusCode()).as(header).isEqualTo(401);
    }
  }

  @Test
  void messages_of_others_are_not_changed() {
    long seq = send(ann, "mine");
    JsonObject target = inRoom().put("seq", seq);
    for (Supplier<Talk> open : List.<Supplier<Talk>>of(mallory::plain, mallory::socketIo)) {
      try (Talk talk = open.get()) {
        talk.ask("join", inRoom());
        assertThat(talk.ask("edit", target.copy().put("text", "hers")).code())
            .isEqualTo("forbidden");
        assertThat(talk.ask("delete", target).code()).isEqualTo("forbidden");
      }
    }
    String path = "/api/rooms/" + room + "/messages/" + seq;
    assertThat(mallory.http("PATCH", path, new JsonObject().put("text", "hers")).code())
        .isEqualTo("forbidden");
    assertThat(mallory.http("DELETE", path, null).code()).isEqualTo("forbidden");
    assertThat(ann.get("/api/rooms/" + room + "/messages").text()).contains("\"text\":\"mine\"");
  }

  @Test
  void events_of_the_vocabulary_are_not_emitted_by_hand() {
    JsonObject forged =
        new JsonObject().put("text", "forged").put("from", new JsonObject().put("id", "ann"));
    for (Supplier<Talk> open : List.<Supplier<Talk>>of(mallory::plain, mallory::socketIo)) {
      try (Talk talk = open.get()) {
        talk.ask("join", inRoom());
        for (String event :
            List.of("message", "edited", "deleted", "member", "room", "gap", "ended", "left")) {
          JsonObject emit =
              new JsonObject().put("to", inRoom()).put("event", event).put("data", forged);
          assertThat(talk.ask("emit", emit).code()).as(event).isEqualTo("reserved_event");
        }
        talk.ask(
            "emit", new JsonObject().put("to", inRoom()).put("event", "wave").put("data", forged));
        await().until(() -> talk.heardUntilNow().contains("\"from\":{\"id\":\"mallory\""));
      }
    }
  }

  @Test
  void the_key_of_another_does_not_give_away_their_message() {
    JsonObject keyed = new JsonObject().put("text", "first").put("key", "guessed");
    String path = "/api/rooms/" + room + "/messages";
    long annsSeq = new JsonObject(ann.post(path, keyed).text()).getLong("seq");
    JsonObject other = keyed.copy().put("text", "second");
    assertThat(new JsonObject(mallory.post(path, other).text()).getLong("seq"))
        .isNotEqualTo(annsSeq);
  }

  @Test
  void a_direct_room_of_two_others_is_closed() {
    Visitor bob = Visitor.user(system.node(0), "bob-" + room);
    bob.get("/api/me");
    JsonObject direct = new JsonObject(ann.http("PUT", "/api/direct/bob-" + room, null).text());
    String id = direct.getString("id");
    assertThat(id).isNotBlank();
    String path =
        "/api/rooms/" + java.net.URLEncoder.encode(id, java.nio.charset.StandardCharsets.UTF_8);
    assertThat(mallory.get(path).isOk()).isFalse();
    assertThat(mallory.get(path + "/messages").isOk()).isFalse();
    assertThat(mallory.get(path + "/events").isOk()).isFalse();
    assertThat(mallory.http("PUT", path + "/membership", null).isOk()).isFalse();
    try (Talk talk = mallory.plain()) {
      assertThat(talk.ask("join", new JsonObject().put("room", id)).isOk()).isFalse();
    }
  }

  private JsonObject inRoom() {
    return new JsonObject().put("room", room);
  }

  private long send(Visitor visitor, String text) {
    Answer sent =
        visitor.post(
            "/api/rooms/" + room + "/messages",
            new JsonObject().put("text", text).put("ack", "stored"));
    return new JsonObject(sent.text()).getLong("seq");
  }

  private List<String> authors() {
    send(mallory, "the last one");
    return new JsonObject(ann.get("/api/rooms/" + room + "/messages").text())
        .getJsonArray("messages").stream()
            .map(message -> ((JsonObject) message).getJsonObject("from").getString("id"))
            .toList();
  }
}
