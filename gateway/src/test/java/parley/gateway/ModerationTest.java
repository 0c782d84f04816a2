package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What moderators decide holds on every node within a second of being asked for. */
class ModerationTest {
  private static final long WITHIN_MS = 1_000;
  private static final int NODES = 3;

  private static Town town;
  private static RawSocketIo moderator;

  @BeforeAll
  static void start() {
    town = Town.with(NODES, "PARLEY_LIMITS", "off");
    moderator = RawSocketIo.connect(town.http, town.port(0), town.token("mod"));
    // The first request of all pays for connections and classes; it is not what is measured.
    town.rest(0, "POST", "/rooms", town.token("mod"), "{\"id\":\"first\"}");
    town.rest(0, "PUT", "/rooms/first/bans/nobody", town.token("mod"), null);
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  private static void make(String room, String kind, String member) {
    JsonObject made =
        new JsonObject()
            .put("id", room)
            .put("kind", kind)
            .put("members", new JsonArray().add(member));
    town.rest(0, "POST", "/rooms", town.token("mod"), made.encode());
  }

  private static JsonObject in(String room) {
    return new JsonObject().put("room", room);
  }

  /** A device of the user at every node. */
  private static List<RawSocketIo> everywhere(String room, String user) {
    List<RawSocketIo> devices = new ArrayList<>();
    for (int node = 0; node < NODES; node++) {
      RawSocketIo device = RawSocketIo.connect(town.http, town.port(node), town.token(user));
      assertThat(device.ask("join", in(room)).getBoolean("ok")).isTrue();
      devices.add(device);
    }
    return devices;
  }

  private static String code(RawSocketIo client, String event, JsonObject data) {
    JsonObject answer = client.ask(event, data);
    return answer.getBoolean("ok") ? "ok" : answer.getJsonObject("error").getString("code");
  }

  /** Asks by REST; from the request until all of it holds takes less than a second. */
  private static void holdsInTime(String method, String path, String body, BooleanSupplier holds) {
    long asked = System.nanoTime();
    town.rest(1, method, path, town.token("mod"), body);
    await().pollInterval(Duration.ofMillis(5)).atMost(Town.SOON).until(holds::getAsBoolean);
    long took = Duration.ofNanos(System.nanoTime() - asked).toMillis();
    assertThat(took).as(method + " " + path).isLessThan(WITHIN_MS);
  }

  private static boolean left(List<RawSocketIo> devices, String room, String code) {
    return devices.stream()
        .allMatch(
            device ->
                device.heard("left").stream()
                    .anyMatch(
                        told ->
                            told.getString("room").equals(room)
                                && told.getString("code").equals(code)));
  }

  @Test
  void a_ban_ends_the_room_for_every_device_and_no_way_leads_back_until_it_is_over() {
    make("bans", "open", "bob");
    List<RawSocketIo> bob = everywhere("bans", "bob");
    List<RawSocketIo> others = everywhere("bans", "cat");
    holdsInTime("PUT", "/rooms/bans/bans/bob", null, () -> left(bob, "bans", "banned"));
    for (RawSocketIo device : bob) {
      assertThat(code(device, "join", in("bans"))).isEqualTo("banned");
      assertThat(code(device, "send", in("bans").put("text", "t"))).isEqualTo("banned");
    }
    moderator.ask("send", in("bans").put("text", "he is gone"));
    for (RawSocketIo other : others) {
      await().atMost(Town.SOON).until(() -> other.texts().contains("he is gone"));
    }
    for (int node = 0; node < NODES; node++) {
      assertThat(town.refusal(node, "GET", "/rooms/bans/events?after=0", town.token("bob"), null))
          .isEqualTo("banned");
    }
    assertThat(bob).noneMatch(device -> device.texts().contains("he is gone"));

    town.rest(2, "DELETE", "/rooms/bans/bans/bob", town.token("mod"), null);
    assertThat(code(bob.getFirst(), "join", in("bans"))).isEqualTo("ok");
  }

  @Test
  void a_ban_for_a_time_says_how_long_and_is_over_by_itself() {
    make("brief", "open", "bob");
    town.rest(0, "PUT", "/rooms/brief/bans/bob", town.token("mod"), "{\"seconds\":2}");
    RawSocketIo bob = RawSocketIo.connect(town.http, town.port(2), town.token("bob"));
    JsonObject refused = bob.ask("join", in("brief")).getJsonObject("error");
    assertThat(refused.getString("code")).isEqualTo("banned");
    assertThat(refused.getLong("retryAfterMs")).isBetween(1L, 2_000L);
    await().atMost(Town.SOON).until(() -> code(bob, "join", in("brief")).equals("ok"));
  }

  @Test
  void a_kick_ends_the_room_for_every_device_and_one_may_come_back_to_an_open_one() {
    make("kicks", "open", "kid");
    make("club", "private", "kid");
    List<RawSocketIo> open = everywhere("kicks", "kid");
    List<RawSocketIo> closed = everywhere("club", "kid");
    holdsInTime("POST", "/rooms/kicks/kicks/kid", null, () -> left(open, "kicks", "kicked"));
    holdsInTime("POST", "/rooms/club/kicks/kid", null, () -> left(closed, "club", "kicked"));
    assertThat(code(open.getLast(), "join", in("kicks"))).isEqualTo("ok");
    for (RawSocketIo device : closed) {
      assertThat(code(device, "join", in("club"))).isEqualTo("not_member");
    }
  }

  @Test
  void a_removed_member_of_a_private_room_hears_no_more_of_it() {
    make("den", "private", "rem");
    List<RawSocketIo> devices = everywhere("den", "rem");
    holdsInTime("DELETE", "/rooms/den/members/rem", null, () -> left(devices, "den", "removed"));
    assertThat(code(devices.getFirst(), "send", in("den").put("text", "t")))
        .isEqualTo("not_member");
  }

  @Test
  void a_mute_silences_every_device_with_its_time_and_leaves_it_listening() {
    make("mutes", "open", "mia");
    List<RawSocketIo> mia = everywhere("mutes", "mia");
    holdsInTime(
        "PUT",
        "/rooms/mutes/mutes/mia",
        "{\"seconds\":600}",
        () ->
            mia.stream()
                .allMatch(
                    device ->
                        code(device, "send", in("mutes").put("text", "t")).equals("muted")
                            && code(device, "typing", in("mutes").put("on", true))
                                .equals("muted")));
    JsonObject refused =
        mia.getFirst().ask("send", in("mutes").put("text", "t")).getJsonObject("error");
    assertThat(refused.getLong("retryAfterMs")).isBetween(590_000L, 600_000L);
    moderator.ask("send", in("mutes").put("text", "listen"));
    for (RawSocketIo device : mia) {
      await().atMost(Town.SOON).until(() -> device.texts().contains("listen"));
    }
    town.rest(2, "DELETE", "/rooms/mutes/mutes/mia", town.token("mod"), null);
    assertThat(code(mia.getLast(), "send", in("mutes").put("text", "again"))).isEqualTo("ok");
  }

  @Test
  void a_mute_for_a_time_is_over_by_itself_on_every_device() {
    make("hush", "open", "moe");
    List<RawSocketIo> moe = everywhere("hush", "moe");
    town.rest(1, "PUT", "/rooms/hush/mutes/moe", town.token("mod"), "{\"seconds\":2}");
    assertThat(moe)
        .allMatch(device -> code(device, "send", in("hush").put("text", "t")).equals("muted"));
    for (RawSocketIo device : moe) {
      await()
          .atMost(Town.SOON)
          .until(() -> code(device, "send", in("hush").put("text", "free")).equals("ok"));
    }
  }

  @Test
  void a_role_counts_on_every_node_as_soon_as_it_is_given_and_no_longer_than_it_lasts() {
    make("stage", "announcement", "ron");
    List<RawSocketIo> ron = everywhere("stage", "ron");
    assertThat(ron).allMatch(device -> said(device).equals("read_only"));
    String role = "/rooms/stage/members/ron";
    holdsInTime(
        "PUT",
        role,
        "{\"role\":\"moderator\"}",
        () -> ron.stream().allMatch(device -> said(device).equals("ok")));
    town.rest(2, "PUT", "/rooms/stage/mutes/nobody", town.token("ron"), null);
    holdsInTime(
        "PUT",
        role,
        "{\"role\":\"member\"}",
        () -> ron.stream().allMatch(device -> said(device).equals("read_only")));
    assertThat(town.refusal(0, "DELETE", "/rooms/stage/mutes/nobody", town.token("ron"), null))
        .isEqualTo("forbidden");
  }

  private static String said(RawSocketIo device) {
    return code(device, "send", in("stage").put("text", "hear me"));
  }

  /**
   * Whichever comes first: who is banned is out in the end, and hears nothing said from then on.
   */
  @Test
  void a_join_and_a_ban_at_once_leave_nobody_in_the_room_who_is_banned() {
    make("gate", "open", "first");
    moderator.ask("join", in("gate"));
    for (int round = 0; round < 15; round++) {
      String user = "gus" + round;
      List<RawSocketIo> devices = new ArrayList<>();
      for (int node = 0; node < NODES; node++) {
        devices.add(RawSocketIo.connect(town.http, town.port(node), town.token(user)));
      }
      List<CompletableFuture<JsonObject>> joins =
          devices.stream().map(device -> device.later("join", in("gate"))).toList();
      town.rest(round % NODES, "PUT", "/rooms/gate/bans/" + user, town.token("mod"), null);
      joins.forEach(CompletableFuture::join);
      String text = "without " + user;
      moderator.ask("send", in("gate").put("text", text));
      await().atMost(Town.SOON).until(() -> moderator.texts().contains(text));
      for (RawSocketIo device : devices) {
        await().atMost(Town.SOON).until(() -> code(device, "who", in("gate")).equals("not_joined"));
        assertThat(device.texts()).doesNotContain(text);
        device.cut();
      }
    }
  }

  @Test
  void two_owners_who_demote_each_other_at_once_leave_one() {
    for (int round = 0; round < 10; round++) {
      String room = "throne" + round;
      make(room, "open", "rival");
      String mine = "/rooms/" + room + "/members/mod";
      String theirs = "/rooms/" + room + "/members/rival";
      town.rest(0, "PUT", theirs, town.token("mod"), "{\"role\":\"owner\"}");
      String member = "{\"role\":\"member\"}";
      CompletableFuture<String> other =
          CompletableFuture.supplyAsync(
              () -> town.refusal(1, "PUT", mine, town.token("rival"), member));
      String one = town.refusal(2, "PUT", theirs, town.token("mod"), member);
      assertThat(List.of(one, other.join())).containsExactlyInAnyOrder("ok", "forbidden");
      assertThat(
              town.sql(
                  "select count(*) from chat.members where role = 'owner' and room = '%s'"
                      .formatted(room)))
          .containsExactly("1");
    }
  }

  @Test
  void a_frozen_room_and_slow_mode_hold_everywhere_at_once() {
    make("cold", "open", "fin");
    List<RawSocketIo> fin = everywhere("cold", "fin");
    holdsInTime(
        "PATCH",
        "/rooms/cold",
        "{\"frozen\":true}",
        () ->
            fin.stream()
                .allMatch(
                    device -> code(device, "send", in("cold").put("text", "t")).equals("frozen")));
    town.rest(0, "PATCH", "/rooms/cold", town.token("mod"), "{\"frozen\":false,\"slow\":60000}");
    assertThat(code(fin.get(0), "send", in("cold").put("text", "once"))).isEqualTo("ok");
    JsonObject refused =
        fin.get(1).ask("send", in("cold").put("text", "twice")).getJsonObject("error");
    assertThat(refused.getString("code")).isEqualTo("slow_mode");
    assertThat(refused.getLong("retryAfterMs")).isBetween(1L, 60_000L);
    assertThat(code(moderator, "send", in("cold").put("text", "not I"))).isEqualTo("ok");
    assertThat(code(moderator, "send", in("cold").put("text", "nor I"))).isEqualTo("ok");
  }
}
