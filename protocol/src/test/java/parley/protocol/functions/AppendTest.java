package parley.protocol.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import parley.protocol.ErrorCode;
import parley.protocol.EventHead;
import parley.protocol.EventType;
import parley.protocol.Limits;
import parley.protocol.MemberState;
import parley.protocol.Role;
import parley.protocol.RoomKeys;
import parley.protocol.RoomKind;
import parley.protocol.Seq;

class AppendTest {
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
  void events_of_a_room_are_numbered_by_one_and_name_their_predecessor() {
    RoomKeys room = trial.openRoom();
    AppendReply.Ok first = trial.appended(room);
    AppendReply.Ok second = trial.appended(room);
    assertThat(first.seq()).isEqualTo(Seq.of(trial.heads(room).epoch(), 1));
    assertThat(first.prev()).isZero();
    assertThat(second.seq()).isEqualTo(first.seq() + 1);
    assertThat(second.prev()).isEqualTo(first.seq());
    assertThat(second.pos()).isGreaterThan(first.pos());
  }

  @Test
  void what_is_in_the_log_in_recent_and_in_the_answer_is_the_same_event() {
    RoomKeys room = trial.openRoom();
    AppendReply.Ok ok = trial.appended(room);
    EventHead head = new EventHead(ok.seq(), ok.prev(), ok.pos(), ok.ts(), EventType.MESSAGE);
    String json = head.with(Trial.TAIL);
    assertThat(trial.log(room.shard())).contains(room.room() + "\n" + json);
    assertThat(trial.hash(room.recent())).containsValue(json);
    assertThat(EventHead.parse(json)).isEqualTo(head);
    List<?> entries =
        (List<?>) trial.client.send("XRANGE", room.shard().log(), ok.pos() + "", ok.pos() + "");
    assertThat(entries).hasSize(1);
  }

  @Test
  void numbers_next_to_two_to_the_53_are_written_digit_by_digit() {
    RoomKeys room = trial.newRoom();
    long last = Seq.of(Seq.EPOCH_MAX, Seq.N_MAX - 1);
    trial.open(room.shard(), Seq.EPOCH_MAX);
    trial.load(room, Seq.EPOCH_MAX, Trial.room(RoomKind.OPEN).snapshot(last - 1, 5));
    AppendReply.Ok ok = (AppendReply.Ok) trial.append(room, "ann", "k");
    assertThat(ok.seq()).isEqualTo(last).isEqualTo(9007199254740990L);
    assertThat(trial.hash(room.hash())).containsEntry("head", "9007199254740990");
    assertThat(trial.log(room.shard()).getLast())
        .contains("{\"seq\":9007199254740990,\"prev\":9007199254740989,");
    assertThat(trial.append(room, "ann", "k"))
        .isEqualTo(new AppendReply.Repeat(ok.seq(), ok.prev(), ok.pos(), ok.ts()));
  }

  @Test
  void a_repeated_key_is_answered_with_its_event_and_changes_nothing() {
    RoomKeys room = trial.openRoom();
    AppendReply.Ok ok = (AppendReply.Ok) trial.append(room, "ann", "once");
    Map<String, String> before = trial.dump(room);
    assertThat(trial.append(room, "ann", "once"))
        .isEqualTo(new AppendReply.Repeat(ok.seq(), ok.prev(), ok.pos(), ok.ts()));
    assertThat(trial.dump(room)).isEqualTo(before);
    assertThat(trial.append(room, "bob", "once")).isInstanceOf(AppendReply.Ok.class);
    assertThat(trial.append(trial.openRoom(), "ann", "once")).isInstanceOf(AppendReply.Ok.class);
  }

  @Test
  void a_repeat_is_answered_before_rights_and_budget_are_checked() {
    RoomKeys room = trial.openRoom();
    AppendReply first = trial.append(room, "ann", "mine");
    ban(room, "ann", 2);
    assertThat(trial.append(room, "ann", "other")).isInstanceOf(AppendReply.Denied.class);
    assertThat(trial.append(room, "ann", "mine")).isInstanceOf(AppendReply.Repeat.class);

    trial.open(room.shard(), trial.heads(room).epoch() + 1, 0, 0);
    assertThat(trial.append(room, "ann", "mine")).isInstanceOf(AppendReply.Repeat.class);
    assertThat(first).isInstanceOf(AppendReply.Ok.class);
  }

  @Test
  void a_key_is_known_for_one_window_at_least_and_two_at_most() {
    RoomKeys room = trial.openRoom();
    long window = 100;
    AppendReply.Ok ok = (AppendReply.Ok) appendWithin(room, "k", window);
    Awaitility.await()
        .pollDelay(java.time.Duration.ZERO)
        .pollInterval(java.time.Duration.ofMillis(7))
        .until(
            () -> {
              AppendReply reply = appendWithin(room, "k", window);
              long age = (trial.pos() - ok.pos()) / 1000;
              if (reply instanceof AppendReply.Ok again) {
                assertThat((again.pos() - ok.pos()) / 1000).isGreaterThanOrEqualTo(window);
                return true;
              }
              assertThat(age).isLessThan(2 * window + 100);
              return false;
            });
  }

  @Test
  void a_window_of_keys_leaves_with_its_time() {
    RoomKeys room = trial.openRoom();
    for (int i = 0; i < 50; i++) {
      appendWithin(room, "k" + i, 50);
    }
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(trial.client.send("EXISTS", room.keys0(), room.keys1())).isEqualTo(0L));
  }

  @Test
  void the_first_try_of_a_key_of_the_gateways_own_is_found_by_its_second() {
    RoomKeys room = trial.openRoom();
    AppendReply.Ok ok = (AppendReply.Ok) own(room, true);
    assertThat(own(room, false))
        .isEqualTo(new AppendReply.Repeat(ok.seq(), ok.prev(), ok.pos(), ok.ts()));
    assertThat(trial.client.send("EXISTS", room.keys0(), room.keys1())).isEqualTo(0L);
  }

  @Test
  void a_shard_that_was_not_opened_is_closed_and_a_room_that_was_not_loaded_absent() {
    RoomKeys room = trial.keys.room("never loaded");
    Trial.RoomBuilder any = Trial.room(RoomKind.OPEN);
    if (!trial.heads(room).open()) {
      assertThat(trial.append(room)).isEqualTo(new AppendReply.Closed(trial.fence()));
      trial.open(room.shard(), 1);
    }
    assertThat(trial.append(room)).isEqualTo(new AppendReply.Absent());
    trial.load(room, trial.heads(room).epoch(), any.snapshot());
    assertThat(trial.append(room)).isInstanceOf(AppendReply.Ok.class);
    trial.open(room.shard(), trial.heads(room).epoch() + 1);
    assertThat(trial.append(room)).isEqualTo(new AppendReply.Absent());
  }

  @Test
  void an_append_that_names_an_epoch_is_refused_under_another_one() {
    RoomKeys room = trial.openRoom();
    long epoch = trial.heads(room).epoch();
    assertThat(appendUnder(room, epoch)).isInstanceOf(AppendReply.Ok.class);
    trial.open(room.shard(), epoch + 1);
    trial.load(room, epoch + 1, Trial.room(RoomKind.OPEN).snapshot());
    var before = trial.dump(room);
    assertThat(appendUnder(room, epoch)).isEqualTo(new AppendReply.Reopened(epoch + 1));
    assertThat(trial.dump(room)).isEqualTo(before);
    assertThat(appendUnder(room, Append.ANY_EPOCH)).isInstanceOf(AppendReply.Ok.class);
  }

  private AppendReply appendUnder(RoomKeys room, long epoch) {
    Append.Key key = new Append.Key.Own("~epoch" + epoch);
    return Append.reply(
        trial.client.call(
            Append.user(room, "ann", false, key, "\"type\":\"message\",\"n\":1}", epoch)));
  }

  @Test
  void the_first_number_of_a_new_epoch_follows_the_last_of_the_old_one() {
    RoomKeys room = trial.openRoom();
    AppendReply.Ok last = trial.appended(room);
    long epoch = trial.heads(room).epoch() + 1;
    trial.open(room.shard(), epoch);
    trial.load(room, epoch, Trial.room(RoomKind.OPEN).snapshot());
    AppendReply.Ok next = trial.appended(room);
    assertThat(next.seq()).isEqualTo(Seq.of(epoch, 1));
    assertThat(next.prev()).isEqualTo(last.seq());
  }

  @Test
  void pos_follows_the_head_even_if_the_head_was_ahead_of_the_clock() {
    try (Trial own = new Trial()) {
      RoomKeys room = own.openRoom();
      long ahead = own.pos() + 60_000_000;
      own.load(room, 1, Trial.room(RoomKind.OPEN).snapshot(3, ahead));
      assertThat(own.appended(room).pos()).isGreaterThan(ahead);
      assertThat(own.appended(own.openRoom()).pos()).isGreaterThan(ahead + 1);
    }
  }

  @Test
  void the_log_takes_no_more_entries_than_its_budget_and_the_refused_change_nothing() {
    RoomKeys room = trial.openRoom();
    trial.open(room.shard(), trial.heads(room).epoch() + 1, logged(room) + 2, 1L << 40);
    trial.load(room, trial.heads(room).epoch(), Trial.room(RoomKind.OPEN).snapshot());
    trial.appended(room);
    AppendReply.Ok last = trial.appended(room);
    Map<String, String> before = trial.dump(room);
    assertThat(trial.append(room)).isEqualTo(new AppendReply.Full(ErrorCode.FULL.retryAfterMs()));
    assertThat(trial.dump(room)).isEqualTo(before);
    trim(room);
    AppendReply.Ok next = trial.appended(room);
    assertThat(next.prev()).isEqualTo(last.seq());
  }

  @Test
  void the_log_takes_no_more_bytes_than_its_budget() {
    try (Trial own = new Trial()) {
      RoomKeys room = own.openRoom();
      AppendReply.Ok first = own.appended(room);
      long each = own.log(room.shard()).getFirst().length();
      own.client.call(
          Trim.call(
              room.shard(), new Trim.Committed(first.pos(), first.pos(), 1, each), List.of()));
      own.open(room.shard(), 2, 1000, 3 * each + 40);
      own.load(room, 2, Trial.room(RoomKind.OPEN).snapshot());
      AppendReply.Ok second = own.appended(room);
      own.appended(room);
      own.appended(room);
      assertThat(own.append(room)).isInstanceOf(AppendReply.Full.class);
      own.client.call(
          Trim.call(
              room.shard(), new Trim.Committed(second.pos(), second.pos(), 1, each), List.of()));
      assertThat(own.append(room)).isInstanceOf(AppendReply.Ok.class);
      assertThat(own.append(room)).isInstanceOf(AppendReply.Full.class);
    }
  }

  @Test
  void wrong_arguments_change_nothing() {
    RoomKeys room = trial.openRoom();
    trial.appended(room);
    FunctionCall good = Append.user(room, "ann", new Append.Key.Client("k"), Trial.TAIL);
    FunctionCall service =
        Append.service(
            room,
            "ann",
            new Append.Key.Client("k"),
            Trial.TAIL,
            Append.Change.ofRights(9, Map.of("slow", "5"), Map.of("bob", "member 0 0")));
    Map<String, String> before = trial.dump(room);
    for (int i = 0; i < good.args().size() - 1; i++) { // the last one, the epoch, may be empty
      refused(good, i, i == 5 ? "no json" : i == 4 ? "-5" : "");
    }
    refused(good, 4, "0");
    refused(good, 4, "1.5");
    refused(good, 4, "x");
    refused(service, 6, "x");
    refused(service, 6, "77");
    refused(service, 8, "-1");
    refused(service, 8, "99999999999999999");
    refused(service, 9, "x");
    refused(service, 10, "2");
    refused(service, 11, "head");
    refused(service, 12, "fast");
    refused(service, 13, "");
    refused(service, 14, "king 0 0");
    refused(service, 14, "member 0");
    assertThatThrownBy(
            () ->
                trial.client.call(
                    new FunctionCall(good.name(), good.keys().subList(0, 7), good.args())))
        .hasMessageContaining("INVALID");
    assertThat(trial.dump(room)).isEqualTo(before);
  }

  @Test
  void recent_keeps_the_last_256_events_and_lives_for_a_day() {
    RoomKeys room = trial.openRoom();
    for (int i = 0; i < Limits.RECENT_EVENTS + 5; i++) {
      trial.appended(room);
    }
    assertThat(trial.hash(room.recent())).hasSize(Limits.RECENT_EVENTS);
    assertThat((Long) trial.client.send("TTL", room.recent())).isBetween(80_000L, 86_400L);
  }

  @Test
  void what_a_flush_took_is_opened_anew_and_never_numbered_again_unasked() {
    try (Trial own = new Trial()) {
      RoomKeys room = own.openRoom();
      own.appended(room);
      own.client.send("FLUSHALL");
      assertThat(own.append(room)).isInstanceOf(AppendReply.Closed.class);
      assertThat(Enter.reply(own.client.call(Enter.call(room, "ann"))))
          .isInstanceOf(Enter.Reply.Closed.class);
      assertThat(own.load(room, 1, Trial.room(RoomKind.OPEN).snapshot()))
          .isInstanceOf(Load.Reply.Closed.class);
    }
  }

  static void ban(RoomKeys room, String user, long version) {
    MemberState banned = new MemberState(Role.NONE, 0, MemberState.FOR_EVER);
    trial.service(
        room, "ban", Append.Change.ofRights(version, Map.of(), Map.of(user, banned.encode())));
  }

  private static void refused(FunctionCall good, int arg, String wrong) {
    List<String> args = new java.util.ArrayList<>(good.args());
    args.set(arg, wrong);
    assertThatThrownBy(() -> trial.client.call(new FunctionCall(good.name(), good.keys(), args)))
        .as("argument %d is '%s'", arg, wrong)
        .hasMessageContaining("INVALID");
  }

  private static AppendReply appendWithin(RoomKeys room, String key, long windowMs) {
    FunctionCall call = Append.user(room, "ann", new Append.Key.Client(key), Trial.TAIL);
    List<String> args = new java.util.ArrayList<>(call.args());
    args.set(4, Long.toString(windowMs));
    return Append.reply(trial.client.call(new FunctionCall(call.name(), call.keys(), args)));
  }

  private static AppendReply own(RoomKeys room, boolean first) {
    return Append.reply(
        trial.client.call(
            Append.user(room, "ann", new Append.Key.Own("~n1.7", first), Trial.TAIL)));
  }

  private static long logged(RoomKeys room) {
    return (Long) trial.client.send("XLEN", room.shard().log());
  }

  private static void trim(RoomKeys room) {
    trial.trimAll(room.shard());
  }
}
