package parley.protocol.functions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import parley.backing.Backing;
import parley.protocol.Ephemeral;
import parley.protocol.ErrorCode;
import parley.protocol.EventHead;
import parley.protocol.EventTail;
import parley.protocol.EventType;
import parley.protocol.LogEntry;
import parley.protocol.MemberState;
import parley.protocol.Role;
import parley.protocol.RoomKeys;
import parley.protocol.RoomKind;
import parley.protocol.User;

/** Trim, mark, recent, redaction, publishing. */
class DrainingTest {
  private static Trial trial;

  @BeforeAll
  static void start() {
    trial = new Trial();
  }

  @AfterAll
  static void stop() {
    trial.close();
  }

  @Test
  void trim_takes_exactly_the_committed_entries_and_tells_the_stored_mark() {
    RoomKeys room = trial.openRoom();
    trial.trimIfAny(room.shard());
    AppendReply.Ok first = trial.appended(room);
    AppendReply.Ok second = trial.appended(room);
    AppendReply.Ok third = trial.appended(room);
    try (FunctionClient listener = new FunctionClient(trial.server.url())) {
      List<String> heard = listen(listener, room.shard().storedChannel());
      Trim.Committed committed = new Trim.Committed(first.pos(), second.pos(), 2, 100);
      assertThat(Trim.reply(trial.client.call(Trim.call(room.shard(), committed, List.of()))))
          .isEqualTo(new Trim.Reply.Ok(1));
      Awaitility.await().until(() -> heard.contains(Long.toString(second.pos())));
      assertThat(trial.log(room.shard()))
          .hasSize(1)
          .first()
          .asString()
          .contains("\"seq\":" + third.seq());
      assertThat(trial.heads(room).stored()).isEqualTo(second.pos());
    }
  }

  @Test
  void a_trim_that_lost_the_race_changes_nothing() {
    RoomKeys room = trial.openRoom();
    trial.trimIfAny(room.shard());
    AppendReply.Ok first = trial.appended(room);
    AppendReply.Ok second = trial.appended(room);
    Trim.Committed one = new Trim.Committed(first.pos(), first.pos(), 1, 50);
    trial.client.call(Trim.call(room.shard(), one, List.of()));
    Map<String, String> before = trial.dump(room);
    Trim.Committed both = new Trim.Committed(first.pos(), second.pos(), 2, 100);
    assertThat(Trim.reply(trial.client.call(Trim.call(room.shard(), both, List.of()))))
        .isEqualTo(new Trim.Reply.Lost(second.pos()));
    Trim.Committed backwards = new Trim.Committed(second.pos(), first.pos(), 2, 100);
    assertThatThrownBy(() -> trial.client.call(Trim.call(room.shard(), backwards, List.of())))
        .hasMessageContaining("INVALID");
    assertThat(trial.dump(room)).isEqualTo(before);
  }

  @Test
  void the_hash_of_a_room_stays_until_its_last_event_is_stored_and_while_it_has_events() {
    RoomKeys room =
        Trial.room(RoomKind.OPEN).member("mod", new MemberState(Role.MODERATOR, 0, 0)).in(trial);
    trial.trimIfAny(room.shard());
    AppendReply.Ok first = trial.appended(room);
    trial.appended(room);
    Trim.Committed one = new Trim.Committed(first.pos(), first.pos(), 1, 50);
    trial.client.call(Trim.call(room.shard(), one, List.of(room)));
    assertThat(ttl(room.hash())).isEqualTo(-1);

    trial.trimAll(room.shard(), room);
    assertThat(ttl(room.hash())).isBetween(80_000L, 86_400L);
    assertThat(ttl(room.members())).isGreaterThan(86_400L);
    assertThat(trial.enter(room, "ann")).isInstanceOf(Enter.Reply.Ok.class);

    trial.appended(room);
    assertThat(ttl(room.hash())).isEqualTo(-1);
    assertThat(ttl(room.members())).isEqualTo(-1);
    trial.trimAll(room.shard(), room);
    trial.load(room, trial.heads(room).epoch(), Trial.room(RoomKind.OPEN).snapshot());
    assertThat(ttl(room.hash())).isEqualTo(-1);
  }

  @Test
  void without_memory_senders_get_full_and_trimming_goes_on() {
    try (Trial small = new Trial(Backing.redisServer().maxMemory("6mb").start())) {
      RoomKeys room = small.openRoom();
      String text = "\"type\":\"message\",\"text\":\"" + "x".repeat(8000) + "\"}";
      FunctionCall call = null;
      RuntimeException refusal = null;
      for (int i = 0; i < 2000 && refusal == null; i++) {
        call = Append.user(room, "ann", new Append.Key.Client("k" + i), text);
        try {
          small.client.call(call);
        } catch (FunctionClient.RedisRefusal e) {
          refusal = e;
        }
      }
      assertThat(refusal).isNotNull();
      assertThat(RedisError.of(refusal.getMessage())).isEqualTo(RedisError.OUT_OF_MEMORY);
      assertThat(Append.outOfMemory().retryAfterMs()).isPositive();
      assertThat(small.enter(room, "bob")).isInstanceOf(Enter.Reply.Ok.class);
      assertThat(small.trimAll(room.shard())).isEqualTo(new Trim.Reply.Ok(0));
      assertThat(Append.reply(small.client.call(call))).isInstanceOf(AppendReply.Ok.class);
    }
  }

  @Test
  void a_read_mark_is_an_entry_without_a_number_and_an_ephemeral_event() {
    RoomKeys room = trial.openRoom();
    AppendReply.Ok event = trial.appended(room);
    String told = new Ephemeral("read", null, "{\"room\":\"r\",\"seq\":1}").encode();
    try (FunctionClient listener = new FunctionClient(trial.server.url())) {
      List<String> heard = listen(listener, room.channel());
      AppendReply.Ok ok = (AppendReply.Ok) mark(room, "ann", event.seq(), told);
      assertThat(ok.pos()).isGreaterThan(event.pos());
      Awaitility.await().until(() -> heard.contains(told));
      List<?> entry =
          (List<?>)
              ((List<?>)
                      trial.client.send("XRANGE", room.shard().log(), ok.pos() + "", ok.pos() + ""))
                  .getFirst();
      List<?> field = (List<?>) entry.get(1);
      assertThat(LogEntry.parse((String) field.get(0), ((String) field.get(1)).getBytes()))
          .isEqualTo(new LogEntry.ReadMark(room.room(), "ann", event.seq()));
      assertThat(trial.appended(room).prev()).isEqualTo(event.seq());
    }
  }

  @Test
  void a_read_mark_is_refused_to_whom_may_not_read_or_names_what_is_not_there() {
    RoomKeys room =
        Trial.room(RoomKind.PRIVATE).member("ann", new MemberState(Role.MEMBER, 0, 0)).in(trial);
    AppendReply.Ok event = trial.appended(room);
    Map<String, String> before = trial.dump(room);
    assertThat(mark(room, "bob", event.seq(), "~read - {}"))
        .isEqualTo(new AppendReply.Denied(ErrorCode.NOT_MEMBER, -1));
    assertThat(mark(room, "ann", event.seq() + 1, "~read - {}"))
        .isEqualTo(new AppendReply.Denied(ErrorCode.INVALID, -1));
    assertThatThrownBy(() -> mark(room, "ann", event.seq(), "{}")).hasMessageContaining("INVALID");
    assertThatThrownBy(() -> mark(room, "ann", -1, "~read - {}")).hasMessageContaining("INVALID");
    assertThat(trial.dump(room)).isEqualTo(before);
    RoomKeys absent = trial.newRoom();
    trial.open(absent.shard(), trial.heads(absent).epoch() + 1);
    assertThat(mark(absent, "ann", 0, "~read - {}")).isEqualTo(new AppendReply.Absent());
  }

  @Test
  void recent_gives_the_whole_chain_or_says_that_it_cannot() {
    RoomKeys room = trial.openRoom();
    assertThat(Recent.reply(trial.client.call(Recent.call(trial.newRoom(), 0))))
        .isEqualTo(new Recent.Reply.Absent());
    List<AppendReply.Ok> sent = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      sent.add(trial.appended(room));
    }
    long head = sent.getLast().seq();
    assertThat(seqs(recent(room, sent.get(100).seq())))
        .isEqualTo(sent.subList(101, 300).stream().map(AppendReply.Ok::seq).toList());
    assertThat(recent(room, head)).isEqualTo(new Recent.Reply.Ok(head, List.of()));
    assertThat(recent(room, sent.get(10).seq())).isEqualTo(new Recent.Reply.Incomplete(head));
    assertThat(recent(room, head + 1)).isEqualTo(new Recent.Reply.Incomplete(head));
    assertThat(Recent.reply(trial.client.call(Recent.call(room, sent.get(200).seq(), 50, 1 << 20))))
        .isEqualTo(new Recent.Reply.Incomplete(head));
    assertThat(Recent.reply(trial.client.call(Recent.call(room, sent.get(200).seq(), 256, 1000))))
        .isEqualTo(new Recent.Reply.Incomplete(head));
  }

  @Test
  void the_chain_in_recent_goes_through_epochs() {
    RoomKeys room = trial.openRoom();
    AppendReply.Ok first = trial.appended(room);
    AppendReply.Ok second = trial.appended(room);
    long epoch = trial.heads(room).epoch() + 3;
    trial.open(room.shard(), epoch);
    trial.load(room, epoch, Trial.room(RoomKind.OPEN).snapshot());
    AppendReply.Ok third = trial.appended(room);
    assertThat(seqs(recent(room, first.seq()))).containsExactly(second.seq(), third.seq());
    assertThat(recent(room, second.seq() + 1)).isEqualTo(new Recent.Reply.Incomplete(third.seq()));
  }

  @Test
  void a_deletion_overwrites_the_text_in_recent_if_it_still_holds_it() {
    RoomKeys room = trial.openRoom();
    AppendReply.Ok secret = trial.appended(room);
    EventHead head =
        new EventHead(secret.seq(), secret.prev(), secret.pos(), secret.ts(), EventType.MESSAGE);
    String tombstone = head.with("\"type\":\"message\",\"deleted\":true}");
    trial.service(room, "delete", Append.Change.deletion(secret.seq(), tombstone));
    Recent.Reply.Ok reply = (Recent.Reply.Ok) recent(room, 0);
    assertThat(new String(reply.events().getFirst())).isEqualTo(tombstone);

    for (int i = 0; i < 256; i++) {
      trial.appended(room);
    }
    Map<String, String> before = trial.hash(room.recent());
    trial.service(room, "too late", Append.Change.deletion(secret.seq(), tombstone));
    assertThat(trial.hash(room.recent())).doesNotContainValue(tombstone).hasSameSizeAs(before);
  }

  @Test
  void a_deletion_takes_the_text_out_of_edits_in_recent() {
    RoomKeys room = trial.openRoom();
    AppendReply.Ok message = trial.appended(room);
    User ann = new User("ann", "Ann / \"A\"");
    var edit = new EventTail.Edited(room.room(), ann, message.seq(), "secret", null);
    append(room, "edit", edit);
    var other = new EventTail.Edited(room.room(), ann, message.seq() + 7, "kept", null);
    append(room, "other edit", other);
    EventHead head =
        new EventHead(
            message.seq(), message.prev(), message.pos(), message.ts(), EventType.MESSAGE);
    String tombstone = head.with("\"type\":\"message\",\"deleted\":true}");
    trial.service(room, "delete", Append.Change.deletion(message.seq(), tombstone));
    List<String> left =
        ((Recent.Reply.Ok) recent(room, message.seq()))
            .events().stream().map(event -> new String(event, UTF_8)).toList();
    assertThat(left.get(0))
        .contains("\"type\":\"edited\"", "\"target\":" + message.seq() + ",\"deleted\":true}")
        .doesNotContain("secret");
    assertThat(left.get(1)).contains("kept");
  }

  @Test
  void a_message_is_deleted_once_and_not_changed_behind_its_deletion() {
    RoomKeys room = trial.openRoom();
    AppendReply.Ok message = trial.appended(room);
    AppendReply.Ok other = trial.appended(room);
    assertThat(change(room, "edit", message.seq())).isInstanceOf(AppendReply.Ok.class);
    AppendReply first = delete(room, message);
    assertThat(first).isInstanceOf(AppendReply.Ok.class);
    Map<String, String> before = trial.dump(room);
    assertThat(delete(room, message))
        .isInstanceOfSatisfying(
            AppendReply.Repeat.class,
            repeat -> assertThat(repeat.seq()).isEqualTo(((AppendReply.Ok) first).seq()));
    assertThat(change(room, "late", message.seq()))
        .isEqualTo(new AppendReply.Denied(ErrorCode.GONE, -1));
    assertThat(trial.dump(room)).isEqualTo(before);
    assertThat(change(room, "edit", message.seq())).isInstanceOf(AppendReply.Repeat.class);
    assertThat(change(room, "another", other.seq())).isInstanceOf(AppendReply.Ok.class);
  }

  private static AppendReply change(RoomKeys room, String key, long seq) {
    return trial.service(room, key, Append.Change.ofMessage(seq));
  }

  private static AppendReply delete(RoomKeys room, AppendReply.Ok message) {
    EventHead head =
        new EventHead(
            message.seq(), message.prev(), message.pos(), message.ts(), EventType.MESSAGE);
    return Append.reply(
        trial.client.call(
            Append.service(
                room,
                User.NOBODY,
                new Append.Key.Client(Append.deletionKey(message.seq())),
                Trial.TAIL,
                Append.Change.deletion(
                    message.seq(), head.with("\"type\":\"message\",\"deleted\":true}")))));
  }

  private static void append(RoomKeys room, String key, EventTail tail) {
    trial.client.call(
        Append.service(room, "ann", new Append.Key.Client(key), tail.json(), Append.Change.NONE));
  }

  @Test
  void pos_orders_the_events_of_all_rooms_as_they_are_published() {
    List<RoomKeys> rooms = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      rooms.add(trial.openRoom());
    }
    try (FunctionClient listener = new FunctionClient(trial.server.url())) {
      List<String> heard =
          listen(listener, rooms.stream().map(RoomKeys::channel).toArray(String[]::new));
      List<FunctionCall> calls = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        calls.add(
            Append.user(rooms.get(i * 5 % 8), "ann", new Append.Key.Client("o" + i), Trial.TAIL));
      }
      trial.client.batch(calls);
      Awaitility.await().until(() -> heard.size() == 200);
      List<Long> positions = heard.stream().map(json -> EventHead.parse(json).pos()).toList();
      assertThat(positions).isSorted().doesNotHaveDuplicates();
      long entered = ((Enter.Reply.Ok) trial.enter(rooms.getFirst(), "ann")).pos();
      assertThat(entered).isGreaterThan(positions.getLast());
      assertThat(trial.appended(rooms.get(1)).pos()).isGreaterThan(entered);
    }
  }

  @Test
  void the_library_names_its_generation_and_hash() {
    Version.Loaded loaded = Version.reply(trial.client.call(Version.call()));
    assertThat(loaded)
        .isEqualTo(new Version.Loaded(FunctionLibrary.GENERATION, FunctionLibrary.version()));
    assertThat(loaded.isToBeReplaced()).isFalse();
    assertThat(new Version.Loaded(FunctionLibrary.GENERATION, "other").isToBeReplaced()).isTrue();
    assertThat(new Version.Loaded(FunctionLibrary.GENERATION + 1, "newer").isToBeReplaced())
        .isFalse();
  }

  @Test
  void a_redis_without_the_library_says_so() {
    try (Trial own = new Trial()) {
      own.client.send("FUNCTION", "FLUSH");
      assertThatThrownBy(() -> own.client.call(Version.call()))
          .satisfies(
              e ->
                  assertThat(RedisError.of(e.getMessage()))
                      .isEqualTo(RedisError.FUNCTIONS_MISSING));
    }
  }

  private static AppendReply mark(RoomKeys room, String user, long seq, String told) {
    return Mark.reply(trial.client.call(Mark.call(room, user, false, seq, told)));
  }

  private static Recent.Reply recent(RoomKeys room, long after) {
    return Recent.reply(trial.client.call(Recent.call(room, after)));
  }

  private static List<Long> seqs(Recent.Reply reply) {
    return ((Recent.Reply.Ok) reply)
        .events().stream().map(json -> EventHead.parse(json).seq()).toList();
  }

  private static long ttl(String key) {
    return (Long) trial.client.send("TTL", key);
  }

  private static List<String> listen(FunctionClient listener, String... channels) {
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    listener
        .connection()
        .handler(
            push -> {
              if (push.size() == 3 && push.get(0).toString().equals("smessage")) {
                heard.add(push.get(2).toString());
              }
            });
    for (String channel : channels) {
      listener.connection().send(Request.cmd(Command.create("SSUBSCRIBE")).arg(channel));
    }
    Awaitility.await()
        .until(
            () -> {
              List<?> counts =
                  (List<?>)
                      trial.client.send("PUBSUB", "SHARDNUMSUB", channels[channels.length - 1]);
              return counts.get(1).equals(1L);
            });
    return heard;
  }
}
