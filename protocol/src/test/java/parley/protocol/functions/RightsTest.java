package parley.protocol.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import parley.protocol.Ephemeral;
import parley.protocol.ErrorCode;
import parley.protocol.MemberState;
import parley.protocol.Role;
import parley.protocol.RoomKeys;
import parley.protocol.RoomKind;

class RightsTest {
  private static Trial trial;

  @BeforeAll
  static void start() {
    trial = new Trial();
  }

  @AfterAll
  static void stop() {
    trial.close();
  }

  @ParameterizedTest(name = "a {1} in a {0} room: {2} {3}")
  @CsvSource({
    "OPEN, NONE, , ",
    "OPEN, MEMBER, , ",
    "PRIVATE, NONE, not_member, not_member",
    "PRIVATE, MEMBER, , ",
    "PRIVATE, OWNER, , ",
    "DIRECT, NONE, not_member, not_member",
    "DIRECT, MEMBER, , ",
    "ANNOUNCEMENT, NONE, , read_only",
    "ANNOUNCEMENT, MEMBER, , read_only",
    "ANNOUNCEMENT, MODERATOR, , ",
    "ANNOUNCEMENT, OWNER, , ",
  })
  void who_may_enter_and_write(
      RoomKind kind, Role role, @Nullable String enter, @Nullable String write) {
    RoomKeys room = Trial.room(kind).member("ann", new MemberState(role, 0, 0)).in(trial);
    assertThat(enterCode(room, "ann")).isEqualTo(enter);
    assertThat(writeCode(room, "ann")).isEqualTo(write);
    assertThat(whisperCode(room, "ann")).isEqualTo(write);
    Enter.Reply reply = trial.enter(room, "ann");
    if (reply instanceof Enter.Reply.Ok ok) {
      assertThat(ok.kind()).isEqualTo(kind);
      assertThat(ok.state().role()).isEqualTo(role);
      assertThat(ok.version()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(RoomKind.class)
  void an_admin_lacks_no_right(RoomKind kind) {
    RoomKeys room =
        Trial.room(kind)
            .frozen()
            .slow(60_000)
            .member("root", new MemberState(Role.NONE, MemberState.FOR_EVER, MemberState.FOR_EVER))
            .in(trial);
    assertThat(enterCode(room, "root")).isEqualTo("banned");
    assertThat(Enter.reply(trial.client.call(Enter.call(room, "root", true))))
        .isInstanceOfSatisfying(
            Enter.Reply.Ok.class, ok -> assertThat(ok.state().role()).isEqualTo(Role.NONE));
    for (String key : List.of("k1", "k2")) {
      FunctionCall append =
          Append.user(room, "root", true, new Append.Key.Client(key), Trial.TAIL, Append.ANY_EPOCH);
      assertThat(Append.reply(trial.client.call(append))).isInstanceOf(AppendReply.Ok.class);
    }
    Ephemeral event = new Ephemeral("wave", null, "{}");
    assertThat(Whisper.reply(trial.client.call(Whisper.call(room, "root", true, event))))
        .isInstanceOf(Whisper.Reply.Ok.class);
    assertThat(Mark.reply(trial.client.call(Mark.call(room, "root", true, 0, "~read - {}"))))
        .isInstanceOf(AppendReply.Ok.class);
  }

  @Test
  void a_user_without_an_entry_is_nobody_in_particular() {
    assertThat(writeCode(Trial.room(RoomKind.OPEN).in(trial), "ann")).isNull();
    assertThat(writeCode(Trial.room(RoomKind.PRIVATE).in(trial), "ann")).isEqualTo("not_member");
  }

  @Test
  void a_ban_for_ever_says_so_and_one_with_a_time_ends_by_itself() {
    long until = System.currentTimeMillis() + 300;
    RoomKeys room =
        Trial.room(RoomKind.OPEN)
            .member("ann", new MemberState(Role.MEMBER, 0, MemberState.FOR_EVER))
            .member("bob", new MemberState(Role.NONE, 0, until))
            .in(trial);
    assertThat(trial.append(room, "ann", "k"))
        .isEqualTo(new AppendReply.Denied(ErrorCode.BANNED, -1));
    assertThat(trial.enter(room, "ann")).isEqualTo(new Enter.Reply.Denied(ErrorCode.BANNED, -1));
    assertThat(((AppendReply.Denied) trial.append(room, "bob", "k")).retryAfterMs())
        .isBetween(1L, 300L);
    Awaitility.await().until(() -> trial.append(room, "bob", "k") instanceof AppendReply.Ok);
    assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(until);
  }

  @Test
  void a_muted_user_hears_but_does_not_write_until_the_mute_ends() {
    long until = System.currentTimeMillis() + 300;
    RoomKeys room =
        Trial.room(RoomKind.OPEN).member("ann", new MemberState(Role.MEMBER, until, 0)).in(trial);
    assertThat(enterCode(room, "ann")).isNull();
    assertThat(writeCode(room, "ann")).isEqualTo("muted");
    assertThat(whisperCode(room, "ann")).isEqualTo("muted");
    Awaitility.await().until(() -> writeCode(room, "ann") == null);
    assertThat(whisperCode(room, "ann")).isNull();
  }

  @Test
  void a_frozen_room_takes_the_moderators_words_only() {
    RoomKeys room =
        Trial.room(RoomKind.OPEN)
            .frozen()
            .member("mod", new MemberState(Role.MODERATOR, 0, 0))
            .in(trial);
    assertThat(writeCode(room, "ann")).isEqualTo("frozen");
    assertThat(whisperCode(room, "ann")).isEqualTo("frozen");
    assertThat(writeCode(room, "mod")).isNull();
    assertThat(whisperCode(room, "mod")).isNull();
  }

  @Test
  void a_whisper_is_not_held_by_slow_mode_and_leaves_nothing_behind() {
    RoomKeys room = Trial.room(RoomKind.OPEN).slow(60_000).in(trial);
    assertThat(writeCode(room, "ann")).isNull();
    Object before = trial.heads(room);
    assertThat(whisperCode(room, "ann")).isNull();
    assertThat(whisperCode(room, "ann")).isNull();
    assertThat(trial.heads(room)).isEqualTo(before);
  }

  @Test
  void slow_mode_makes_each_wait_for_himself_but_moderators_not_at_all() {
    RoomKeys room =
        Trial.room(RoomKind.OPEN)
            .slow(400)
            .member("mod", new MemberState(Role.MODERATOR, 0, 0))
            .in(trial);
    assertThat(writeCode(room, "ann")).isNull();
    assertThat(((AppendReply.Denied) trial.append(room, "ann", "again")).retryAfterMs())
        .isBetween(1L, 400L);
    assertThat(writeCode(room, "bob")).isNull();
    assertThat(writeCode(room, "mod")).isNull();
    assertThat(writeCode(room, "mod")).isNull();
    Awaitility.await().until(() -> writeCode(room, "ann") == null);
    Awaitility.await().until(() -> trial.client.send("EXISTS", room.slow()).equals(0L));
  }

  @Test
  void a_service_writes_where_its_user_might_not() {
    RoomKeys room = Trial.room(RoomKind.PRIVATE).frozen().in(trial);
    assertThat(trial.service(room, "k", Append.Change.NONE)).isInstanceOf(AppendReply.Ok.class);
  }

  @Test
  void a_change_comes_into_force_in_the_instant_of_its_event_and_an_older_one_never() {
    RoomKeys room = trial.openRoom();
    MemberState banned = new MemberState(Role.NONE, 0, MemberState.FOR_EVER);
    trial.service(
        room,
        "v5",
        Append.Change.ofRights(5, Map.of("frozen", "1"), Map.of("ann", banned.encode())));
    assertThat(writeCode(room, "ann")).isEqualTo("banned");
    assertThat(writeCode(room, "bob")).isEqualTo("frozen");

    java.util.Map<String, String> forget = new java.util.HashMap<>();
    forget.put("ann", null);
    AppendReply old =
        trial.service(room, "v4", Append.Change.ofRights(4, Map.of("frozen", "0"), forget));
    assertThat(old).isInstanceOf(AppendReply.Ok.class);
    assertThat(writeCode(room, "ann")).isEqualTo("banned");

    trial.service(
        room,
        "v6",
        Append.Change.ofRights(6, Map.of("frozen", "0", "kind", "announcement"), forget));
    assertThat(writeCode(room, "ann")).isEqualTo("read_only");
    assertThat(trial.hash(room.members())).isEmpty();
    assertThat(trial.hash(room.hash())).containsEntry("version", "6");
  }

  @Test
  void a_repeated_change_is_a_repeat() {
    RoomKeys room = trial.openRoom();
    Append.Change change = Append.Change.ofRights(2, Map.of("frozen", "1"), Map.of());
    trial.service(room, "outbox", change);
    assertThat(trial.service(room, "outbox", change)).isInstanceOf(AppendReply.Repeat.class);
  }

  private static @Nullable String writeCode(RoomKeys room, String user) {
    return switch (trial.append(room, user, "k" + System.nanoTime())) {
      case AppendReply.Ok ok -> null;
      case AppendReply.Denied denied -> denied.code().code();
      default -> "unexpected";
    };
  }

  private static @Nullable String whisperCode(RoomKeys room, String user) {
    Ephemeral event = new Ephemeral("wave", null, "{}");
    return switch (Whisper.reply(trial.client.call(Whisper.call(room, user, false, event)))) {
      case Whisper.Reply.Ok ok -> null;
      case Whisper.Reply.Denied denied -> denied.code().code();
      case Whisper.Reply.Closed closed -> "closed";
      case Whisper.Reply.Absent absent -> "absent";
    };
  }

  private static @Nullable String enterCode(RoomKeys room, String user) {
    return switch (trial.enter(room, user)) {
      case Enter.Reply.Ok ok -> null;
      case Enter.Reply.Denied denied -> denied.code().code();
      default -> "unexpected";
    };
  }
}
