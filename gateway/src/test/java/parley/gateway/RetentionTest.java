package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What a room keeps for a short time is nowhere any more after it, other rooms keep theirs, and
 * whoever comes back from before is told that something is missing.
 */
class RetentionTest {
  private static final int OLD = 8;
  private static final List<String> ROOMS = List.of("brief", "lasting");

  private static Town town;

  @BeforeAll
  static void start() {
    town = Town.with(2, "PARLEY_LIMITS", "off", "PARLEY_HISTORY_SWEEP", "200ms");
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  @Test
  void old_events_of_a_room_with_a_short_retention_are_gone_everywhere_and_never_silently() {
    make("brief", "\"retentionDays\":1");
    make("lasting", "\"retentionDays\":1000");
    RawSocketIo ann = listener(0, "ann");
    RawSocketIo ben = listener(1, "ben");
    RawSocketIo away = listener(1, "cat");
    List<Long> old = new ArrayList<>();
    for (int i = 0; i < OLD; i++) {
      old.add(say(ann, "brief", "ancient brief " + i));
      say(ann, "lasting", "ancient lasting " + i);
      if (i == 3) {
        await().atMost(Town.SOON).until(() -> away.texts().contains("ancient lasting 3"));
        away.cut();
      }
    }
    await().atMost(Town.SOON).until(() -> ben.texts().contains("ancient lasting " + (OLD - 1)));
    JsonObject behindThird = event(ben, old.get(3));
    JsonObject lastOld = event(ben, old.getLast());
    RawSocketIo has = listener(1, "eve");
    say(has, "lasting", "the last that eve hears");
    await().atMost(Town.SOON).until(() -> has.texts().contains("the last that eve hears"));
    has.cut();

    // A day would be long to wait for; all else is as after a day.
    keepBrief("1 second");
    for (int node = 0; node < 2; node++) {
      int asked = node;
      await().atMost(Town.SOON).until(() -> texts(asked, "brief", "").isEmpty());
    }
    keepBrief("1 day");
    assertThat(
            RawSocketIo.connect(town.http, town.port(town.addGateway()), position(has, "eve"))
                .sid())
        .as("who has all of what is gone has missed nothing")
        .isEqualTo(has.sid());
    say(ben, "brief", "young brief 0");
    say(ann, "brief", "young brief 1");

    int later = town.addGateway();
    for (int node : List.of(0, 1, later)) {
      assertThat(texts(node, "brief", "")).containsExactly("young brief 0", "young brief 1");
      assertThat(texts(node, "lasting", "")).hasSize(OLD + 1);
      assertThat(texts(node, "brief", "?q=ancient")).isEmpty();
      assertThat(texts(node, "lasting", "?q=ancient")).hasSize(OLD);
      assertThat(texts(node, "brief", "?before=" + old.get(5))).isEmpty();
      comesBack(node, old, behindThird, lastOld);
    }
    String redis = town.everythingInRedis();
    assertThat(redis).contains("ancient lasting", "young brief").doesNotContain("ancient brief");
    for (RawSocketIo client : List.of(ann, ben)) {
      await().atMost(Town.SOON).until(() -> client.texts().contains("young brief 1"));
      assertThat(client.heard("gap")).as("who stayed missed nothing").isEmpty();
    }
    assertThat(RawSocketIo.connect(town.http, town.port(0), position(away, "cat")).sid())
        .as("what was missed cannot be had whole")
        .isNotEqualTo(away.sid());
  }

  /** Over each transport, with a position of before, and with the last of what is gone. */
  private static void comesBack(
      int node, List<Long> old, JsonObject behindThird, JsonObject lastOld) {
    long third = behindThird.getLong("seq");
    PlainClient client = PlainClient.connect(town.http, town.port(node), town.token("dan"));
    JsonObject joined = client.ask("join", in("brief").put("after", third));
    goesOnBehindItsGap(joined, third);
    JsonObject whole = client.ask("join", in("brief").put("after", old.getLast()));
    assertThat(whole.containsKey("gap")).isFalse();
    assertThat(said(whole.getJsonArray("events")))
        .containsExactly("young brief 0", "young brief 1");
    JsonObject other = client.ask("join", in("lasting").put("after", 0));
    assertThat(other.containsKey("gap")).isFalse();
    assertThat(said(other.getJsonArray("events"))).hasSize(OLD + 1);

    String events = "/rooms/brief/events?after=";
    JsonObject poll = town.rest(node, "GET", events + third, town.token("dan"), null);
    goesOnBehindItsGap(poll, third);
    JsonObject poll2 = town.rest(node, "GET", events + old.getLast(), town.token("dan"), null);
    assertThat(poll2.containsKey("gap")).isFalse();
    assertThat(said(poll2.getJsonArray("events"))).hasSize(2);

    assertThat(firstOfStream(node, "&after=" + third, null)).isEqualTo("event: gap");
    assertThat(firstOfStream(node, "", behindThird.getLong("pos"))).isEqualTo("event: gap");
    assertThat(firstOfStream(node, "", lastOld.getLong("pos"))).isEqualTo("event: message");
  }

  private static void goesOnBehindItsGap(JsonObject answer, long after) {
    JsonObject gap = answer.getJsonObject("gap");
    assertThat(gap.getLong("after")).isEqualTo(after);
    JsonArray events = answer.getJsonArray("events");
    assertThat(said(events)).containsExactly("young brief 0", "young brief 1");
    assertThat(events.getJsonObject(0).getLong("prev")).isEqualTo(gap.getLong("head"));
  }

  private static String firstOfStream(int node, String more, Long lastEventId) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(town.url(node) + "/sse?room=brief" + more))
            .header("Authorization", "Bearer " + town.token("dan"));
    if (lastEventId != null) {
      request.header("Last-Event-ID", lastEventId.toString());
    }
    HttpResponse<Stream<String>> answer =
        town.http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofLines()).join();
    try (Stream<String> lines = answer.body()) {
      return lines.filter(line -> line.startsWith("event: ")).findFirst().orElseThrow();
    }
  }

  private static void make(String room, String setting) {
    String body = "{\"id\":\"%s\",%s}".formatted(room, setting);
    town.rest(0, "POST", "/rooms", town.token("ann"), body);
  }

  private static void keepBrief(String time) {
    await()
        .atMost(Town.SOON)
        .until(
            () ->
                !town.sql(
                        "update history.retention set keep = interval '%s' where room = 'brief' returning room"
                            .formatted(time))
                    .isEmpty());
  }

  private static RawSocketIo listener(int node, String user) {
    RawSocketIo client = RawSocketIo.connect(town.http, town.port(node), town.token(user));
    for (String room : ROOMS) {
      assertThat(client.ask("join", in(room)).getBoolean("ok")).isTrue();
    }
    return client;
  }

  private static JsonObject position(RawSocketIo client, String user) {
    return new JsonObject()
        .put("token", town.token(user))
        .put("pid", client.pid())
        .put("offset", client.offset());
  }

  private static JsonObject in(String room) {
    return new JsonObject().put("room", room);
  }

  private static long say(RawSocketIo client, String room, String text) {
    JsonObject said = client.ask("send", in(room).put("text", text).put("ack", "stored"));
    assertThat(said.getBoolean("ok")).as(said.encode()).isTrue();
    return said.getLong("seq");
  }

  private static JsonObject event(RawSocketIo client, long seq) {
    return client.heard("message").stream()
        .filter(event -> event.getLong("seq") == seq)
        .findFirst()
        .orElseThrow();
  }

  private static List<String> texts(int node, String room, String query) {
    JsonObject page =
        town.rest(node, "GET", "/rooms/" + room + "/messages" + query, town.token("ann"), null);
    return said(page.getJsonArray("messages"));
  }

  private static List<String> said(JsonArray events) {
    return events.stream()
        .map(event -> ((JsonObject) event).getString("text"))
        .filter(text -> text != null)
        .toList();
  }
}
