package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a Socket.IO session promises over breaks, seen packet by packet. */
class RecoveryTest {
  private static Town town;

  @BeforeAll
  static void start() {
    town = Town.with(2, "PARLEY_LIMITS", "off");
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  private static RawSocketIo fresh(int gateway, String user) {
    return RawSocketIo.connect(town.http, town.port(gateway), town.token(user));
  }

  private static RawSocketIo back(int gateway, String user, String pid, Object offset) {
    JsonObject auth = new JsonObject().put("token", town.token(user)).put("pid", pid);
    if (offset != null) {
      auth.put("offset", offset);
    }
    return RawSocketIo.connect(town.http, town.port(gateway), auth);
  }

  private static void join(RawSocketIo client, String room) {
    JsonObject answer = client.ask("join", new JsonObject().put("room", room));
    assertThat(answer.getBoolean("ok")).as(answer.encode()).isTrue();
  }

  private static void say(RawSocketIo client, String room, String text) {
    JsonObject answer = client.ask("send", new JsonObject().put("room", room).put("text", text));
    assertThat(answer.getBoolean("ok")).as(answer.encode()).isTrue();
  }

  private static void hears(RawSocketIo client, String... texts) {
    await()
        .atMost(Town.SOON)
        .untilAsserted(() -> assertThat(client.texts()).containsExactly(texts));
  }

  @Test
  void a_session_goes_on_at_another_node_with_the_same_ids_and_what_it_missed_before_the_connect() {
    RawSocketIo talker = fresh(0, "tom");
    join(talker, "on");
    RawSocketIo ann = fresh(0, "ann");
    join(ann, "on");
    say(talker, "on", "heard");
    hears(ann, "heard");
    ann.cut();
    say(talker, "on", "missed 1");
    say(talker, "on", "missed 2");
    RawSocketIo again = back(1, "ann", ann.pid(), ann.offset());
    assertThat(again.sid()).isEqualTo(ann.sid());
    assertThat(again.pid()).isEqualTo(ann.pid());
    assertThat(again.texts()).containsExactly("missed 1", "missed 2");
    assertThat(again.packets.get(1)).startsWith("42");
    assertThat(again.packets.get(3)).startsWith("40");
    say(talker, "on", "live");
    hears(again, "missed 1", "missed 2", "live");
  }

  /** A client that is cut between the two would hear what it missed once more the next time. */
  @Test
  void what_a_polling_client_missed_comes_in_one_answer_with_its_connect() {
    String polling = "/socket.io/?EIO=4&transport=polling";
    RawSocketIo talker = fresh(0, "tom");
    RawSocketIo ann = fresh(0, "ann");
    join(ann, "polled");
    ann.cut();
    for (int i = 0; i < 20; i++) {
      say(talker, "polled", ("missed " + i).repeat(500));
    }
    String sid = new JsonObject(town.get(1, polling, null).body().substring(1)).getString("sid");
    JsonObject auth = new JsonObject().put("token", town.token("ann")).put("pid", ann.pid());
    CompletableFuture<String> poll =
        CompletableFuture.supplyAsync(() -> town.get(1, polling + "&sid=" + sid, null).body());
    assertThat(town.post(1, polling + "&sid=" + sid, null, "40" + auth.encode()).body())
        .isEqualTo("ok");
    List<String> packets = List.of(poll.join().split("\u001e"));
    assertThat(packets).hasSize(21);
    assertThat(packets.subList(0, 20)).allMatch(packet -> packet.startsWith("42"));
    assertThat(packets.getLast()).startsWith("40{");
  }

  @Test
  void a_session_that_has_heard_nothing_yet_is_recovered_from_its_joins() {
    RawSocketIo talker = fresh(0, "tom");
    RawSocketIo ann = fresh(0, "ann");
    say(talker, "quiet", "before the join");
    join(ann, "quiet");
    assertThat(ann.offset()).isNull();
    ann.cut();
    say(talker, "quiet", "missed");
    RawSocketIo again = back(1, "ann", ann.pid(), null);
    assertThat(again.pid()).isEqualTo(ann.pid());
    hears(again, "missed");
  }

  @Test
  void a_session_is_recovered_again_and_again() {
    RawSocketIo talker = fresh(0, "tom");
    RawSocketIo ann = fresh(0, "ann");
    join(ann, "often");
    String offset = null;
    for (int i = 0; i < 4; i++) {
      ann.cut();
      say(talker, "often", "m" + i);
      ann = back(i % 2, "ann", ann.pid(), offset);
      hears(ann, "m" + i);
      offset = ann.offset();
    }
  }

  @Test
  void somebody_elses_session_is_not_given_away() {
    RawSocketIo ann = fresh(0, "ann");
    join(ann, "mine");
    ann.cut();
    RawSocketIo eve = back(1, "eve", ann.pid(), null);
    assertThat(eve.sid()).isNotEqualTo(ann.sid());
    assertThat(eve.pid()).isNotEqualTo(ann.pid());
    RawSocketIo again = back(1, "ann", ann.pid(), null);
    assertThat(again.pid()).isEqualTo(ann.pid());
  }

  @Test
  void an_offset_that_is_none_of_ours_gives_a_new_session() {
    RawSocketIo ann = fresh(0, "ann");
    join(ann, "odd");
    ann.cut();
    for (String offset :
        List.of("", "-1", "1e3", "99999999999999999999", "message", "9007199254740991")) {
      RawSocketIo again = back(1, "ann", ann.pid(), offset);
      assertThat(again.pid()).as(offset).isNotEqualTo(ann.pid());
      again.cut();
    }
  }

  @Test
  void what_a_client_sends_cannot_end_in_a_string_that_others_take_for_an_offset() {
    RawSocketIo eve = fresh(0, "eve");
    RawSocketIo ann = fresh(1, "ann");
    join(eve, "trick");
    join(ann, "trick");
    JsonObject emit =
        new JsonObject()
            .put("to", new JsonObject().put("room", "trick"))
            .put("event", "poke")
            .put("data", "9007199254740991");
    assertThat(eve.ask("emit", emit).getBoolean("ok")).isTrue();
    await().atMost(Town.SOON).until(() -> !ann.heard("poke").isEmpty());
    JsonArray poke =
        ann.events.stream().filter(args -> args.getString(0).equals("poke")).findFirst().get();
    assertThat(poke.getValue(poke.size() - 1)).isInstanceOf(JsonObject.class);
    assertThat(ann.offset()).isNull();
  }

  @Test
  void a_guest_who_shows_no_token_is_known_again_by_the_session() {
    RawSocketIo guest = RawSocketIo.connect(town.http, town.port(0), new JsonObject());
    join(guest, "inn");
    guest.cut();
    RawSocketIo again =
        RawSocketIo.connect(town.http, town.port(1), new JsonObject().put("pid", guest.pid()));
    assertThat(again.pid()).isEqualTo(guest.pid());
    JsonObject emit =
        new JsonObject()
            .put("to", new JsonObject().put("room", "inn"))
            .put("event", "knock")
            .put("data", 1);
    assertThat(again.ask("emit", emit).getBoolean("ok")).isTrue();
  }

  @Test
  void a_clients_own_disconnect_ends_its_session() {
    RawSocketIo ann = fresh(0, "ann");
    join(ann, "bye");
    ann.send("41");
    await()
        .atMost(Town.SOON)
        .until(() -> town.redis.command("EXISTS", "session:" + ann.pid()).contains("0"));
    RawSocketIo again = back(1, "ann", ann.pid(), null);
    assertThat(again.pid()).isNotEqualTo(ann.pid());
  }

  @Test
  void a_reconnect_that_is_faster_than_the_old_node_notices_takes_the_session_over() {
    RawSocketIo ann = fresh(0, "ann");
    join(ann, "fast");
    RawSocketIo again = back(1, "ann", ann.pid(), null);
    assertThat(again.sid()).isEqualTo(ann.sid());
    // The old connection still stands; what it does to the session counts for nothing, and ends it.
    ann.later("join", new JsonObject().put("room", "late"));
    await().atMost(Town.SOON).until(ann.closed::isDone);
    assertThat(town.redis.command("HEXISTS", "session:" + ann.pid(), "r:late")).contains("0");
    say(again, "fast", "here");
    hears(again, "here");
  }

  @Test
  void an_expired_token_recovers_nothing() {
    RawSocketIo ann = fresh(0, "ann");
    join(ann, "gone");
    ann.cut();
    RawSocketIo again =
        RawSocketIo.connect(
            town.http,
            town.port(1),
            new JsonObject()
                .put("token", town.token("ann", java.time.Duration.ofMinutes(-5)))
                .put("pid", ann.pid()));
    assertThat(again.refusal().getJsonObject("data").getString("code")).isEqualTo("token_expired");
    assertThat(again.events).isEmpty();
  }

  @Test
  void a_join_is_in_the_record_before_it_is_acked() {
    RawSocketIo ann = fresh(0, "ann");
    join(ann, "noted");
    assertThat(town.redis.command("HEXISTS", "session:" + ann.pid(), "r:noted")).contains("1");
    ann.ask("leave", new JsonObject().put("room", "noted"));
    await()
        .atMost(Town.SOON)
        .until(
            () -> town.redis.command("HEXISTS", "session:" + ann.pid(), "r:noted").contains("0"));
  }

  @Test
  void what_only_history_has_any_more_is_replayed() {
    RawSocketIo talker = fresh(0, "tom");
    RawSocketIo ann = fresh(0, "ann");
    join(ann, "long-away");
    say(talker, "long-away", "m0");
    hears(ann, "m0");
    ann.cut();
    List<CompletableFuture<JsonObject>> said = new ArrayList<>();
    for (int i = 1; i <= 600; i++) {
      said.add(
          talker.later("send", new JsonObject().put("room", "long-away").put("text", "m" + i)));
      if (i % 100 == 0) {
        said.forEach(CompletableFuture::join);
      }
    }
    RawSocketIo again = back(1, "ann", ann.pid(), ann.offset());
    assertThat(again.pid()).isEqualTo(ann.pid());
    assertThat(again.texts())
        .isEqualTo(IntStream.rangeClosed(1, 600).mapToObj(i -> "m" + i).toList());
  }

  @Test
  void a_new_session_after_a_failed_recovery_can_be_recovered_in_its_turn() {
    RawSocketIo talker = fresh(0, "tom");
    RawSocketIo ann = fresh(0, "ann");
    join(ann, "turns");
    say(talker, "turns", "first");
    hears(ann, "first");
    ann.cut();
    RawSocketIo recovered = back(1, "ann", ann.pid(), ann.offset());
    assertThat(recovered.pid()).isEqualTo(ann.pid());
    recovered.cut();
    town.redis.command("DEL", "session:" + ann.pid());
    RawSocketIo fresh = back(0, "ann", ann.pid(), ann.offset());
    assertThat(fresh.pid()).isNotEqualTo(ann.pid());
    say(talker, "turns", "between");
    join(fresh, "turns");
    fresh.cut();
    say(talker, "turns", "missed");
    // The offset that the client still holds is older than its join: it is not told of "between".
    RawSocketIo again = back(1, "ann", fresh.pid(), ann.offset());
    assertThat(again.pid()).isEqualTo(fresh.pid());
    assertThat(again.texts()).containsExactly("missed");
  }

  @Test
  void sessions_that_redis_forgot_are_kept_anew_as_soon_as_it_is_back() {
    RawSocketIo talker = fresh(0, "tom");
    RawSocketIo ann = fresh(0, "ann");
    join(ann, "kept");
    town.redis.command("DEL", "session:" + ann.pid());
    town.redis.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    await()
        .atMost(Town.SOON)
        .until(() -> town.redis.command("HEXISTS", "session:" + ann.pid(), "r:kept").contains("1"));
    ann.cut();
    await().atMost(Town.SOON).ignoreExceptions().untilAsserted(() -> say(talker, "kept", "missed"));
    RawSocketIo again = back(1, "ann", ann.pid(), null);
    assertThat(again.pid()).isEqualTo(ann.pid());
    assertThat(again.texts()).contains("missed");
  }

  @Test
  void an_old_owner_does_not_win_over_the_new_one_when_redis_forgot_both() {
    RawSocketIo old = fresh(0, "ann");
    join(old, "before");
    RawSocketIo now = back(1, "ann", old.pid(), null);
    assertThat(now.pid()).isEqualTo(old.pid());
    join(now, "after");
    town.redis.command("DEL", "session:" + old.pid());
    join(old, "stale"); // nobody knows better yet
    join(now, "again");
    assertThat(town.redis.command("HKEYS", "session:" + old.pid()))
        .contains("r:before", "r:after", "r:again")
        .doesNotContain("r:stale");
    assertThat(now.closed).isNotDone();
    old.later("join", new JsonObject().put("room", "late"));
    await().atMost(Town.SOON).until(old.closed::isDone);
  }

  private static void restartWithItsData() {
    town.redis.command("SAVE");
    town.redis.restart();
  }

  @Test
  void a_room_that_redis_forgot_of_a_session_is_written_again() {
    RawSocketIo ann = fresh(0, "ann");
    join(ann, "kept");
    join(ann, "forgotten");
    String record = "session:" + ann.pid();
    town.redis.command("HDEL", record, "r:forgotten");
    restartWithItsData();
    await()
        .atMost(Town.SOON)
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(town.redis.command("HKEYS", record)).contains("r:kept", "r:forgotten"));
  }

  /** Whatever is missing in it, nobody would know. */
  @Test
  void what_redis_may_have_forgotten_of_a_session_is_not_recovered() {
    RawSocketIo ann = fresh(0, "ann");
    join(ann, "half");
    ann.cut();
    await()
        .atMost(Town.SOON)
        .until(() -> town.redis.command("HKEYS", "session:" + ann.pid()).contains("r:half"));
    restartWithItsData();
    assertThat(town.redis.command("HKEYS", "session:" + ann.pid())).contains("r:half");
    await()
        .atMost(Town.SOON)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              RawSocketIo again = back(1, "ann", ann.pid(), ann.offset());
              assertThat(again.pid()).isNotNull().isNotEqualTo(ann.pid());
            });
  }

  @Test
  void who_comes_while_redis_does_not_answer_is_sent_away_to_come_again() {
    RawSocketIo talker = fresh(0, "tom");
    RawSocketIo ann = fresh(0, "ann");
    join(ann, "patient");
    ann.cut();
    town.redis.pause();
    try {
      RawSocketIo early = back(1, "ann", ann.pid(), null);
      assertThat(early.closed).isCompletedWithValue(1013);
      assertThat(early.packets).noneMatch(packet -> packet.startsWith("4"));
    } finally {
      town.redis.resume();
    }
    await()
        .atMost(Town.SOON)
        .ignoreExceptions()
        .untilAsserted(() -> say(talker, "patient", "missed"));
    await()
        .atMost(Town.SOON)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              RawSocketIo again = back(1, "ann", ann.pid(), null);
              assertThat(again.pid()).isEqualTo(ann.pid());
              assertThat(again.texts()).contains("missed");
            });
  }

  /** A browser's EventSource gives up for good at any answer that is no stream. */
  @Test
  void a_stream_that_returns_while_redis_does_not_answer_is_told_to_come_again() {
    RawSocketIo talker = fresh(0, "tom");
    join(talker, "streamed");
    say(talker, "streamed", "heard");
    String joined = stream("0", "text/event-stream").body();
    assertThat(joined).contains("heard");
    String last = joined.replaceAll("(?s).*?id: (\\d+-\\d+-[0-9a-f]+)\n.*", "$1");
    town.redis.pause();
    try {
      HttpResponse<String> early = stream(last, "text/event-stream");
      assertThat(early.statusCode()).isEqualTo(200);
      assertThat(early.body()).startsWith("retry: 1000\nevent: refused\n").contains("unavailable");
      assertThat(stream(last, "*/*").statusCode()).isEqualTo(503);
    } finally {
      town.redis.resume();
    }
    await()
        .atMost(Town.SOON)
        .ignoreExceptions()
        .untilAsserted(() -> say(talker, "streamed", "missed"));
    await()
        .atMost(Town.SOON)
        .untilAsserted(
            () ->
                assertThat(stream(last, "text/event-stream").body())
                    .contains("missed")
                    .doesNotContain("heard"));
  }

  /** What a stream tells until its token has expired. */
  private static HttpResponse<String> stream(String lastEventId, String accepted) {
    return town.send(
        HttpRequest.newBuilder(URI.create(town.url(1) + "/sse?room=streamed"))
            .header("Accept", accepted)
            .header("Last-Event-ID", lastEventId)
            .header("Authorization", "Bearer " + town.token("ann", Duration.ofSeconds(8)))
            .build());
  }
}
