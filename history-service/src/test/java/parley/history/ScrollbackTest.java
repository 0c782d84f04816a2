package parley.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.chassis.config.Settings;
import parley.protocol.ErrorCode;
import parley.protocol.EventTail;
import parley.protocol.functions.Append;
import parley.protocol.functions.AppendReply;

/** The service as its clients see it, over HTTP, with a real Redis and Postgres behind it. */
class ScrollbackTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static Trial trial;
  private static ChatStandIn chat;
  private static HistoryService service;
  private String room;

  private record Answer(int status, Map<String, String> headers, JsonObject json) {
    List<JsonObject> messages() {
      return json.getJsonArray("messages").stream().map(JsonObject.class::cast).toList();
    }

    List<String> texts() {
      return messages().stream().map(m -> m.getString("text")).toList();
    }

    String code() {
      return json.getJsonObject("error").getString("code");
    }
  }

  @BeforeAll
  static void start() {
    trial = new Trial();
    chat = new ChatStandIn(trial.vertx);
    service = Trial.await(HistoryService.start(trial.vertx, settings(Trial.SHARDS), trial.meters));
  }

  private static HistorySettings settings(int shards) {
    return Settings.read(
        HistorySettings.class,
        Map.of(
            "PARLEY_REDIS",
            trial.redis.url(),
            "PARLEY_POSTGRES",
            trial.postgresUrl,
            "PARLEY_CLUSTER_SECRET",
            ChatStandIn.SECRET,
            "PARLEY_HISTORY_PORT",
            "0",
            "PARLEY_SHARDS",
            Integer.toString(shards),
            "PARLEY_CHAT",
            chat.address()));
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (service != null) {
      Trial.await(service.stop());
    }
    trial.close();
  }

  @BeforeEach
  void newRoom() {
    room = "room-" + UUID.randomUUID();
  }

  @Test
  void the_latest_page_holds_what_was_just_sent_in_order() {
    List<String> said = say(80);
    Answer page = page("limit=50");
    assertThat(page.texts()).isEqualTo(said.subList(30, 80));
    assertThat(page.json().containsKey("after")).isFalse();
    assertThat(page.headers()).containsEntry("cache-control", "no-store");
  }

  @Test
  void walking_backwards_while_the_room_goes_on_skips_and_repeats_nothing() {
    List<String> said = say(137);
    List<String> seen = new ArrayList<>();
    Answer page = page("limit=10");
    while (true) {
      seen.addAll(0, page.texts());
      trial.say(room, Trial.BOB, "meanwhile");
      String before = page.json().getString("before");
      if (before == null) {
        break;
      }
      page = page("limit=10&before=" + before);
    }
    assertThat(seen).isEqualTo(said);
  }

  @Test
  void walking_forwards_while_the_room_goes_on_skips_and_repeats_nothing() {
    List<String> said = new ArrayList<>(say(30));
    List<String> seen = new ArrayList<>();
    String after = "0";
    for (int i = 0; i < 5; i++) {
      Answer page = page("limit=10&after=" + after);
      seen.addAll(page.texts());
      said.addAll(say(4));
      after = Long.toString(page.messages().getLast().getLong("seq"));
    }
    assertThat(seen).isEqualTo(said.subList(0, seen.size())).hasSizeGreaterThanOrEqualTo(45);
  }

  @Test
  void a_page_around_a_message_has_it_in_the_middle() {
    List<Long> seqs = new ArrayList<>();
    for (int i = 0; i < 21; i++) {
      seqs.add(trial.say(room, Trial.ANN, "text " + i).seq());
    }
    Answer page = page("limit=5&around=" + seqs.get(10));
    assertThat(page.texts()).containsExactly("text 8", "text 9", "text 10", "text 11", "text 12");
    assertThat(page("limit=5&before=" + page.json().getString("before")).texts())
        .containsExactly("text 3", "text 4", "text 5", "text 6", "text 7");
    assertThat(page("limit=5&after=" + page.json().getString("after")).texts())
        .containsExactly("text 13", "text 14", "text 15", "text 16", "text 17");
  }

  @Test
  void a_closed_page_may_be_cached_until_something_of_the_room_changes() {
    say(30);
    String before = page("limit=10").json().getString("before");
    Answer closed = page("limit=10&before=" + before);
    assertThat(closed.headers().get("cache-control")).contains("immutable").contains("private");
    assertThat(closed.headers().get("vary")).contains("Authorization");
    long first = closed.messages().getFirst().getLong("seq");
    trial.append(new EventTail.Deleted(room, Trial.ANN, first));
    String later = page("limit=10").json().getString("before");
    assertThat(later).isNotEqualTo(before);
    assertThat(page("limit=10&before=" + before).headers())
        .containsEntry("cache-control", "no-store");
    assertThat(page("limit=10&before=" + first).headers())
        .containsEntry("cache-control", "no-store");
  }

  @Test
  void edits_reactions_and_deletions_are_folded_in() {
    long edited = trial.say(room, Trial.ANN, "tpyo").seq();
    long deleted = trial.say(room, Trial.ANN, "secret words").seq();
    trial.append(new EventTail.Edited(room, Trial.ANN, deleted, "more secret words", null));
    trial.append(new EventTail.Edited(room, Trial.ANN, edited, "type", null));
    trial.append(new EventTail.Edited(room, Trial.ANN, edited, "typo", "{\"a\":1}"));
    trial.append(new EventTail.Reaction(room, Trial.ANN, edited, "👍", true));
    trial.append(new EventTail.Reaction(room, Trial.BOB, edited, "👍", true));
    trial.append(new EventTail.Reaction(room, Trial.BOB, edited, "👍", true));
    trial.append(new EventTail.Reaction(room, Trial.BOB, edited, "🎉", true));
    trial.append(new EventTail.Reaction(room, Trial.BOB, edited, "🎉", false));
    trial.append(new EventTail.Deleted(room, Trial.BOB, deleted));
    Answer page = page("");
    JsonObject first = page.messages().get(0);
    assertThat(first.getString("text")).isEqualTo("typo");
    assertThat(first.getJsonObject("data").getInteger("a")).isEqualTo(1);
    assertThat(first.getLong("edited")).isPositive();
    assertThat(first.getJsonArray("reactions"))
        .containsExactly(
            new JsonObject()
                .put("emoji", "👍")
                .put("count", 2)
                .put("users", new JsonArray().add("ann").add("bob")));
    JsonObject second = page.messages().get(1);
    assertThat(second.getBoolean("deleted")).isTrue();
    assertThat(second.getJsonObject("from").getString("id")).isEqualTo("ann");
    assertThat(second.encode()).doesNotContain("secret");
    assertThat(internal("GET", "/internal/rooms/" + room + "/events?after=0", null).json().encode())
        .doesNotContain("secret")
        .contains("tpyo");
    assertThat(
            trial.number(
                "SELECT count(*) FROM history.event WHERE room = $1 AND"
                    + " (json LIKE '%secret%' OR search::text LIKE '%secret%')",
                room))
        .isZero();
    assertThat(
            trial.number(
                "SELECT count(*) FROM history.edit WHERE room = $1 AND target = $2", room, deleted))
        .isZero();
  }

  @Test
  void an_edit_that_arrives_after_the_deletion_leaves_no_text_either() {
    long seq = trial.say(room, Trial.ANN, "secret").seq();
    trial.append(new EventTail.Deleted(room, Trial.ANN, seq));
    page("");
    trial.append(new EventTail.Edited(room, Trial.ANN, seq, "secret again", null));
    assertThat(page("").messages().getFirst().containsKey("text")).isFalse();
    assertThat(
            trial.number(
                "SELECT count(*) FROM history.event WHERE room = $1 AND json LIKE '%secret%'",
                room))
        .isZero();
  }

  @Test
  void search_finds_words_as_they_are_now_and_says_where_they_stand() {
    trial.say(room, Trial.ANN, "The quick brown Fox");
    long edited = trial.say(room, Trial.ANN, "nothing of interest").seq();
    long deleted = trial.say(room, Trial.ANN, "a fox that is deleted").seq();
    trial.say("other-" + room, Trial.ANN, "a fox in another room");
    trial.append(new EventTail.Edited(room, Trial.ANN, edited, "<b>fox</b> fox fox", null));
    trial.append(new EventTail.Deleted(room, Trial.ANN, deleted));
    Answer found = page("q=fox");
    assertThat(found.texts()).containsExactly("<b>fox</b> fox fox", "The quick brown Fox");
    assertThat(found.messages().get(1).getJsonArray("highlights"))
        .isEqualTo(new JsonArray().add(new JsonArray().add(16).add(19)));
    assertThat(page("q=%22brown%20fox%22").texts()).containsExactly("The quick brown Fox");
    assertThat(page("q=fox%20-quick").texts()).containsExactly("<b>fox</b> fox fox");
    assertThat(page("q=qui*").texts()).containsExactly("The quick brown Fox");
    assertThat(page("q=interest").texts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0",
        "limit=201",
        "limit=-1",
        "limit=x",
        "limit=5&limit=6",
        "before=-1",
        "before=99999999999999999999",
        "before=9007199254740993",
        "after=1.5.6",
        "around=%00",
        "before=1&after=2",
        "q=",
        "q=!!!",
        "q=a&after=1"
      })
  void malformed_parameters_are_refused_as_invalid(String query) {
    Answer answer = page(query);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("invalid");
  }

  @Test
  void access_is_that_of_joining_and_fails_closed() {
    say(3);
    assertThat(get("/api/rooms/" + room + "/messages", null).status()).isEqualTo(401);
    assertThat(get("/api/rooms/" + room + "/messages", "bad").code()).isEqualTo("unauthorized");
    assertThat(get("/api/rooms/a%7Bb/messages", "ann").code()).isEqualTo("invalid");
    chat.refused.put(room + " carl", ErrorCode.BANNED);
    assertThat(get("/api/rooms/" + room + "/messages", "carl").code()).isEqualTo("banned");
    chat.onlyRooms.put("dora", Set.of("elsewhere"));
    assertThat(get("/api/rooms/" + room + "/messages", "dora").code()).isEqualTo("forbidden");
    int before = chat.asked.get();
    for (int i = 0; i < 10; i++) {
      assertThat(get("/api/rooms/" + room + "/messages", "eve").status()).isEqualTo(200);
    }
    assertThat(chat.asked.get() - before).isLessThanOrEqualTo(4);
    chat.refused.put(room + " eve", ErrorCode.NOT_MEMBER);
    await()
        .atMost(Duration.ofMillis(1_500))
        .until(() -> get("/api/rooms/" + room + "/messages", "eve").status() == 403);
    assertThat(get("/api/rooms/" + room + "/messages", "admin").status()).isEqualTo(200);
  }

  @Test
  void without_chat_service_nothing_is_shown() {
    ChatStandIn gone = new ChatStandIn(trial.vertx);
    HistorySettings settings =
        Settings.read(
            HistorySettings.class,
            Map.of(
                "PARLEY_REDIS",
                trial.redis.url(),
                "PARLEY_POSTGRES",
                trial.postgresUrl,
                "PARLEY_CLUSTER_SECRET",
                ChatStandIn.SECRET,
                "PARLEY_HISTORY_PORT",
                "0",
                "PARLEY_SHARDS",
                Integer.toString(Trial.SHARDS),
                "PARLEY_CHAT",
                gone.address()));
    HistoryService other =
        Trial.await(HistoryService.start(trial.vertx, settings, new SimpleMeterRegistry()));
    gone.stop();
    Answer answer =
        request(
            "GET",
            other.port(),
            "/api/rooms/" + room + "/messages",
            "Authorization",
            "Bearer ann",
            null);
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.code()).isEqualTo("unavailable");
    Trial.await(other.stop());
  }

  @Test
  void internal_questions_want_the_cluster_s_secret() {
    Answer answer =
        request(
            "GET",
            service.port(),
            "/internal/rooms/" + room + "/events",
            "Parley-Cluster",
            "wrong",
            null);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(get("/internal/rooms/" + room + "/events", "ann").status()).isEqualTo(403);
  }

  @Test
  void raw_events_are_told_in_order_after_a_seq() {
    long first = trial.say(room, Trial.ANN, "one").seq();
    trial.say(room, Trial.ANN, "two");
    trial.append(new EventTail.Reaction(room, Trial.BOB, first, "👍", true));
    page("");
    JsonArray events =
        internal("GET", "/internal/rooms/" + room + "/events?limit=2&after=" + first, null)
            .json()
            .getJsonArray("events");
    assertThat(events).hasSize(2);
    assertThat(events.getJsonObject(0).getLong("prev")).isEqualTo(first);
    assertThat(events.getJsonObject(1).getString("type")).isEqualTo("reaction");
  }

  @Test
  void the_last_event_up_to_a_pos_is_told() {
    var first = trial.say(room, Trial.ANN, "one");
    var second = trial.say(room, Trial.ANN, "two");
    page("");
    assertThat(anchor(first.pos() - 1)).isEqualTo("{\"seq\":0}");
    assertThat(anchor(first.pos())).isEqualTo("{\"seq\":" + first.seq() + "}");
    assertThat(anchor(second.pos() - 1)).isEqualTo("{\"seq\":" + first.seq() + "}");
    assertThat(anchor(second.pos() + 9)).isEqualTo("{\"seq\":" + second.seq() + "}");
    Answer nowhere = internal("GET", "/internal/rooms/nowhere/anchor?pos=1", null);
    assertThat(nowhere.json().encode()).isEqualTo("{}");
  }

  private String anchor(long pos) {
    return internal("GET", "/internal/rooms/" + room + "/anchor?pos=" + pos, null).json().encode();
  }

  @Test
  void one_message_is_told_even_when_it_was_just_sent() {
    long seq = trial.say(room, Trial.BOB, "just now").seq();
    Answer answer = internal("GET", "/internal/rooms/" + room + "/messages/" + seq, null);
    assertThat(answer.json().getJsonObject("from").getString("id")).isEqualTo("bob");
    assertThat(internal("GET", "/internal/rooms/" + room + "/messages/" + (seq + 1), null).status())
        .isEqualTo(404);
  }

  @Test
  void keys_of_the_last_events_are_told_for_opening() {
    AppendReply.Ok old =
        trial.append(new EventTail.Message(room, Trial.BOB, "a", null, null, "k1"));
    AppendReply.Ok keyless = trial.say(room, Trial.ANN, "without, but \"key\":\"no\"}");
    String key = "k2\"\\é";
    AppendReply.Ok own = trial.append(new EventTail.Message(room, Trial.ANN, "b", null, null, key));
    String data = "{\"key\":\"inner\"}";
    trial.append(new EventTail.Custom(room, Trial.ANN, "moved", data, null));
    AppendReply.Ok deleted = trial.append(new EventTail.Deleted(room, Trial.BOB, keyless.seq()));
    String change = "\"type\":\"room\",\"room\":\"" + room + "\",\"change\":{}";
    AppendReply.Ok ruled = trial.append(room, change + ",\"version\":7,\"key\":\"outbox.7\"}");
    page("");
    String path = "/internal/rooms/" + room;
    JsonArray all = internal("GET", path + "/keys?since=0", null).json().getJsonArray("keys");
    assertThat(all)
        .containsExactly(
            keyed("bob", "k1", old),
            keyed("ann", key, own),
            keyed(null, Append.deletionKey(keyless.seq()), deleted),
            keyed(null, "outbox.7", ruled));
    JsonArray late =
        internal("GET", path + "/keys?since=" + (own.pos() + 1), null).json().getJsonArray("keys");
    assertThat(late).hasSize(2);
    assertThat(internal("GET", path + "/changes/outbox.7", null).json().getLong("seq"))
        .isEqualTo(ruled.seq());
    assertThat(internal("GET", path + "/changes/k1", null).status()).isEqualTo(404);
  }

  private static JsonArray keyed(@Nullable String user, String key, AppendReply.Ok of) {
    return new JsonArray()
        .add(user)
        .add(key)
        .add(of.seq())
        .add(of.prev())
        .add(of.pos())
        .add(of.ts());
  }

  @Test
  void heads_and_floor_are_told_for_opening() {
    long seq = trial.say(room, Trial.ANN, "one").seq();
    long pos = trial.say(room, Trial.ANN, "two").pos();
    page("");
    JsonObject heads =
        internal(
                "POST",
                "/internal/rooms/heads",
                new JsonObject().put("rooms", new JsonArray().add(room).add("nowhere")))
            .json()
            .getJsonObject("heads");
    assertThat(heads.getJsonObject(room).getLong("seq")).isEqualTo(seq + 1);
    assertThat(heads.getJsonObject(room).getLong("pos")).isEqualTo(pos);
    assertThat(heads.getJsonObject("nowhere").getLong("seq")).isZero();
    int shard = trial.keys.shards().of(room);
    JsonObject floor =
        internal("GET", "/internal/shards/" + shard + "/heads?rooms=" + room, null).json();
    assertThat(floor.getLong("floor")).isGreaterThanOrEqualTo(pos);
    int other = (shard + 1) % Trial.SHARDS;
    assertThat(
            internal("GET", "/internal/shards/" + other + "/heads", null).json().getLong("clock"))
        .isGreaterThanOrEqualTo(pos);
    assertThat(floor.getJsonObject("heads").containsKey(room)).isTrue();
    assertThat(internal("GET", "/internal/shards/99/heads", null).status()).isEqualTo(404);
    // The drainer goes on under a new fence.
    trial.say(room, Trial.ANN, "three");
    assertThat(page("").texts()).containsExactly("one", "two", "three");
  }

  @Test
  void unread_counts_and_last_messages_come_in_one_call() {
    long seq = trial.say(room, Trial.ANN, "one").seq();
    trial.say(room, Trial.ANN, "two");
    trial.say(room, Trial.BOB, "three");
    String other = "other-" + room;
    long last = trial.say(other, Trial.ANN, "tpyo").seq();
    trial.append(new EventTail.Edited(other, Trial.ANN, last, "typo", null));
    trial.read(room, "bob", seq);
    trial.read(room, "cid", seq + 1);
    trial.read(other, "ann", last);
    await().until(() -> trial.logged() == 0);
    JsonObject rooms =
        internal(
                "POST",
                "/internal/users/bob/unread",
                new JsonObject()
                    .put("rooms", new JsonArray().add(room).add(other).add("nowhere"))
                    .put("direct", new JsonArray().add(other)))
            .json()
            .getJsonObject("rooms");
    assertThat(rooms.getJsonObject(room).getInteger("unread")).isEqualTo(1);
    assertThat(rooms.getJsonObject(room).getJsonObject("last").getString("text"))
        .isEqualTo("three");
    assertThat(rooms.getJsonObject(other).getInteger("unread")).isEqualTo(1);
    assertThat(rooms.getJsonObject(other).getJsonObject("last").getString("text"))
        .isEqualTo("typo");
    assertThat(rooms.getJsonObject("nowhere").getInteger("unread")).isZero();
    assertThat(rooms.getJsonObject(room).getLong("read")).isEqualTo(seq);
    assertThat(rooms.getJsonObject(room).containsKey("receipt")).isFalse();
    assertThat(rooms.getJsonObject(other).getLong("receipt")).isEqualTo(last);
    assertThat(rooms.getJsonObject(other).containsKey("read")).isFalse();
  }

  @Test
  void another_number_of_shards_stops_the_start() {
    assertThat(
            HistoryService.start(trial.vertx, settings(16), trial.meters)
                .map("")
                .otherwise(e -> e.getMessage())
                .await())
        .contains("PARLEY_SHARDS is 16")
        .contains("set it to 8");
  }

  private List<String> say(int count) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String text = "text " + UUID.randomUUID();
      trial.say(room, Trial.ANN, text);
      texts.add(text);
    }
    return texts;
  }

  private Answer page(String query) {
    return get("/api/rooms/" + room + "/messages?" + query, "ann");
  }

  private static Answer get(String uri, String token) {
    return request(
        "GET", service.port(), uri, "Authorization", token == null ? "" : "Bearer " + token, null);
  }

  private static Answer internal(String method, String uri, JsonObject body) {
    return request(method, service.port(), uri, "Parley-Cluster", ChatStandIn.SECRET, body);
  }

  private static Answer request(
      String method, int port, String uri, String header, String value, JsonObject body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + uri))
            .timeout(Duration.ofSeconds(30))
            .header(header, value)
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.encode()))
            .build();
    try {
      HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString());
      Map<String, String> headers = new TreeMap<>();
      response.headers().map().forEach((name, values) -> headers.put(name, values.getFirst()));
      return new Answer(response.statusCode(), headers, new JsonObject(response.body()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
