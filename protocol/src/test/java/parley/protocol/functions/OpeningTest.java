package parley.protocol.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import parley.backing.Backing;
import parley.backing.RedisServer;
import parley.protocol.EventHead;
import parley.protocol.EventType;
import parley.protocol.MemberState;
import parley.protocol.Role;
import parley.protocol.RoomKeys;
import parley.protocol.RoomKind;
import parley.protocol.Seq;

/** Fence, open, heal, load and heads: what keeps a number from being given twice. */
class OpeningTest {
  @Test
  void a_restarted_redis_has_another_fence_and_all_its_shards_are_closed() {
    try (Trial trial = new Trial(Backing.redisServer().appendOnly().start())) {
      RoomKeys room = trial.openRoom();
      AppendReply.Ok before = trial.appended(room);
      String fence = trial.fence();
      trial.server.restart();
      try (FunctionClient client = new FunctionClient(trial.server.url())) {
        AppendReply reply = Append.reply(client.call(send(room, "k1")));
        assertThat(reply).isInstanceOf(AppendReply.Closed.class);
        assertThat(((AppendReply.Closed) reply).fence()).isNotEqualTo(fence);
        Heads.Reply heads = Heads.reply(client.call(Heads.call(room.shard(), List.of(room))));
        assertThat(heads.open()).isFalse();
        assertThat(heads.openedUnder()).isEqualTo(fence);
        assertThat(heads.rooms()).containsExactly(new Heads.Head(before.seq(), before.pos()));
        assertThat(heads.lastPos()).isEqualTo(before.pos());
      }
    }
  }

  @Test
  void a_load_of_the_library_forgets_the_clock_and_so_closes_the_shards() {
    try (Trial trial = new Trial()) {
      RoomKeys room = trial.openRoom();
      String fence = trial.fence();
      assertThat(trial.fence()).isEqualTo(fence);
      trial.client.load();
      assertThat(trial.fence()).isNotEqualTo(fence);
      assertThat(trial.append(room)).isInstanceOf(AppendReply.Closed.class);
    }
  }

  @Test
  void a_master_that_was_demoted_and_promoted_gives_no_number_twice() {
    try (Trial trial = new Trial();
        RedisServer other = Backing.freshRedis()) {
      // A first replica gives its master a new replication id, which closes what was open before.
      other.replicate(trial.server);
      RoomKeys room = trial.openRoom();
      AppendReply.Ok shared = trial.appended(room);
      trial.client.send("WAIT", "1", "1000");
      other.promote();
      AppendReply.Ok lost = trial.appended(room);

      trial.server.replicate(other);
      assertThatThrownBy(() -> trial.append(room)).hasMessageContaining("READONLY");
      trial.server.promote();
      assertThat(trial.heads(room).rooms().getFirst().seq()).isEqualTo(shared.seq());
      assertThat(trial.append(room)).isInstanceOf(AppendReply.Closed.class);
      trial.open(room.shard(), 2);
      trial.load(room, 2, Trial.room(RoomKind.OPEN).snapshot());
      AppendReply.Ok next = trial.appended(room);
      assertThat(next.seq()).isEqualTo(Seq.of(2, 1)).isNotEqualTo(lost.seq());
      assertThat(next.prev()).isEqualTo(shared.seq());
      assertThat(next.pos()).isGreaterThan(lost.pos());
    }
  }

  @Test
  void a_promoted_replica_is_closed_until_it_is_opened() {
    try (Trial trial = new Trial();
        RedisServer replica = Backing.freshRedis()) {
      replica.replicate(trial.server);
      RoomKeys room = trial.openRoom();
      AppendReply.Ok last = trial.appended(room);
      trial.client.send("WAIT", "1", "1000");
      trial.server.kill();
      replica.promote();
      try (FunctionClient client = new FunctionClient(replica.url())) {
        AppendReply.Closed closed =
            (AppendReply.Closed) Append.reply(client.call(send(room, "new")));
        Open.Opening opening =
            new Open.Opening(closed.fence(), 2, last.pos() + 5_000_000, 0, 1000, 1L << 30);
        assertThat(Open.reply(client.call(Open.call(room.shard(), opening))))
            .isEqualTo(new Open.Reply.Ok());
        client.call(Load.call(room, 2, Trial.room(RoomKind.OPEN).snapshot()));
        AppendReply.Ok next = (AppendReply.Ok) Append.reply(client.call(send(room, "new")));
        assertThat(next.prev()).isEqualTo(last.seq());
        assertThat(next.pos()).isGreaterThan(last.pos() + 5_000_000);
      }
    }
  }

  @Test
  void open_refuses_another_fence_a_lower_epoch_and_the_same_epoch_under_another_fence() {
    try (Trial trial = new Trial()) {
      RoomKeys room = trial.newRoom();
      Open.Opening first = new Open.Opening(trial.fence(), 7, 0, 0, 10, 1000);
      assertThat(trial.openUnder(room.shard(), new Open.Opening("old", 7, 0, 0, 10, 1000)))
          .isEqualTo(new Open.Reply.Fence(trial.fence()));
      assertThat(trial.openUnder(room.shard(), first)).isEqualTo(new Open.Reply.Ok());
      assertThat(trial.openUnder(room.shard(), first)).isEqualTo(new Open.Reply.Ok());
      assertThat(trial.openUnder(room.shard(), new Open.Opening(trial.fence(), 6, 0, 0, 10, 1000)))
          .isEqualTo(new Open.Reply.Epoch(7));
      trial.client.load();
      assertThat(trial.openUnder(room.shard(), new Open.Opening(trial.fence(), 7, 0, 0, 10, 1000)))
          .isEqualTo(new Open.Reply.Epoch(7));
      assertThat(trial.openUnder(room.shard(), new Open.Opening(trial.fence(), 8, 0, 0, 10, 1000)))
          .isEqualTo(new Open.Reply.Ok());
    }
  }

  @Test
  void the_clock_never_goes_back_behind_the_floor_of_any_opening() {
    try (Trial trial = new Trial()) {
      RoomKeys ahead = trial.newRoom();
      long floor = trial.pos() + 3_600_000_000L;
      trial.openUnder(ahead.shard(), new Open.Opening(trial.fence(), 1, floor, 0, 1000, 1L << 30));
      long last = floor;
      for (int i = 0; i < 100; i++) {
        RoomKeys room = i % 2 == 0 ? ahead : trial.openRoom();
        trial.load(room, trial.heads(room).epoch(), Trial.room(RoomKind.OPEN).snapshot());
        AppendReply.Ok ok = trial.appended(room);
        assertThat(ok.pos()).isGreaterThan(last);
        assertThat(ok.ts()).isLessThan(floor / 1000);
        last = ok.pos();
      }
    }
  }

  @Test
  void events_that_redis_lost_are_put_back_under_their_own_numbers_before_the_opening() {
    try (Trial trial = new Trial()) {
      RoomKeys room = trial.openRoom();
      List<EventHead> heads = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        AppendReply.Ok ok = (AppendReply.Ok) trial.append(room, "ann", "key" + i);
        heads.add(new EventHead(ok.seq(), ok.prev(), ok.pos(), ok.ts(), EventType.MESSAGE));
      }
      Map<String, String> recent = trial.hash(room.recent());
      List<String> log = trial.log(room.shard());
      trial.client.send("FLUSHALL");
      trial.client.load();
      for (int i = 0; i < 5; i++) {
        assertThat(heal(trial, room, heads.get(i), "key" + i)).isEqualTo(new Heal.Reply.Ok());
      }
      assertThat(heal(trial, room, heads.get(4), "key4"))
          .isEqualTo(new Heal.Reply.Present(heads.get(4).seq()));
      assertThat(trial.hash(room.recent())).isEqualTo(recent);
      assertThat(trial.log(room.shard())).isEqualTo(log);

      trial.open(room.shard(), 2);
      assertThat(heal(trial, room, heads.get(4), "key4")).isEqualTo(new Heal.Reply.Opened());
      assertThat(trial.append(room)).isEqualTo(new AppendReply.Absent());
      trial.load(room, 2, Trial.room(RoomKind.OPEN).snapshot());
      EventHead third = heads.get(2);
      assertThat(trial.append(room, "ann", "key2"))
          .isEqualTo(new AppendReply.Repeat(third.seq(), third.prev(), third.pos(), third.ts()));
      AppendReply.Ok next = trial.appended(room);
      assertThat(next.prev()).isEqualTo(heads.get(4).seq());
      assertThat(next.pos()).isGreaterThan(heads.get(4).pos());
    }
  }

  @Test
  void heal_under_another_fence_or_with_wrong_arguments_changes_nothing() {
    try (Trial trial = new Trial()) {
      RoomKeys room = trial.newRoom();
      EventHead head = new EventHead(Seq.of(1, 1), 0, 1000, 1, EventType.MESSAGE);
      Heal.Lost lost = new Heal.Lost(head, "ann", "k", head.with(Trial.TAIL), 0, "");
      assertThat(Heal.reply(trial.client.call(Heal.call(room, "other", lost))))
          .isEqualTo(new Heal.Reply.Fence(trial.fence()));
      for (Heal.Lost wrong :
          List.of(
              new Heal.Lost(head, "ann", "", head.with(Trial.TAIL), 0, ""),
              new Heal.Lost(head, "", "", "{\"seq\":7}", 0, ""),
              new Heal.Lost(head, "", "", head.with(Trial.TAIL), 5, "{\"seq\":6,"))) {
        assertThatThrownBy(() -> trial.client.call(Heal.call(room, trial.fence(), wrong)))
            .hasMessageContaining("INVALID");
      }
      assertThat(trial.dump(room)).isEmpty();
    }
  }

  @Test
  void a_deletion_that_is_healed_takes_the_text_out_of_recent_again() {
    try (Trial trial = new Trial()) {
      RoomKeys room = trial.newRoom();
      EventHead message = new EventHead(Seq.of(1, 1), 0, 1000, 1, EventType.MESSAGE);
      EventHead deletion = new EventHead(Seq.of(1, 2), message.seq(), 1001, 1, EventType.DELETED);
      String tombstone = message.with("\"type\":\"message\",\"deleted\":true}");
      heal(trial, room, message, "k");
      Heal.Lost lost =
          new Heal.Lost(
              deletion, "", "", deletion.with("\"type\":\"deleted\"}"), message.seq(), tombstone);
      trial.client.call(Heal.call(room, trial.fence(), lost));
      assertThat(trial.hash(room.recent())).containsValue(tombstone).hasSize(2);
      assertThat(trial.hash(room.recent()).toString()).doesNotContain("hi");
    }
  }

  @Test
  void a_healed_event_older_than_the_end_of_the_log_goes_behind_it() {
    try (Trial trial = new Trial()) {
      RoomKeys room = trial.openRoom();
      AppendReply.Ok last = trial.appended(room);
      trial.client.load();
      EventHead old =
          new EventHead(Seq.of(1, 5), Seq.of(1, 4), last.pos() - 500, 1, EventType.MESSAGE);
      assertThat(heal(trial, room, old, "k")).isEqualTo(new Heal.Reply.Ok());
      assertThat(trial.log(room.shard()).getLast()).contains("\"seq\":" + old.seq());
      trial.open(room.shard(), 2);
      assertThat(trial.heads(room).lastPos()).isEqualTo(last.pos());
    }
  }

  @Test
  void load_takes_the_higher_head_and_never_older_rights() {
    try (Trial trial = new Trial()) {
      RoomKeys room = trial.openRoom();
      trial.appended(room);
      AppendReply.Ok last = trial.appended(room);
      Load.Snapshot old = Trial.room(RoomKind.PRIVATE).version(0).snapshot(last.prev(), 5);
      assertThat(trial.load(room, 1, old)).isEqualTo(new Load.Reply.Stale(last.seq(), 1));
      assertThat(trial.append(room)).isInstanceOf(AppendReply.Ok.class);

      long committed = last.seq() + 10;
      Load.Snapshot fresh =
          Trial.room(RoomKind.PRIVATE)
              .version(2)
              .member("ann", new MemberState(Role.MEMBER, 0, 0))
              .snapshot(committed, last.pos() + 10);
      assertThat(trial.load(room, 1, fresh)).isEqualTo(new Load.Reply.Ok(committed));
      assertThat(trial.append(room, "bob", "k")).isInstanceOf(AppendReply.Denied.class);
      assertThat(trial.appended(room).prev()).isEqualTo(committed);
    }
  }

  @Test
  void load_into_another_epoch_or_with_wrong_arguments_changes_nothing() {
    try (Trial trial = new Trial()) {
      RoomKeys room = trial.openRoom();
      Map<String, String> before = trial.dump(room);
      assertThat(trial.load(room, 2, Trial.room(RoomKind.OPEN).snapshot()))
          .isEqualTo(new Load.Reply.Epoch(1));
      FunctionCall good =
          Load.call(
              room,
              1,
              Trial.room(RoomKind.OPEN)
                  .member("ann", new MemberState(Role.MEMBER, 0, 0))
                  .snapshot());
      String[] wrongs = {"x", "-1", "1e3", "x", "palace", "-1", "2", "", "member 0"};
      for (int i = 0; i < wrongs.length; i++) {
        List<String> args = new ArrayList<>(good.args());
        args.set(i, wrongs[i]);
        assertThatThrownBy(
                () -> trial.client.call(new FunctionCall(good.name(), good.keys(), args)))
            .hasMessageContaining("INVALID");
      }
      assertThat(trial.dump(room)).isEqualTo(before);
    }
  }

  private static FunctionCall send(RoomKeys room, String key) {
    return Append.user(room, "ann", new Append.Key.Client(key), Trial.TAIL);
  }

  private static Heal.Reply heal(Trial trial, RoomKeys room, EventHead head, String key) {
    Heal.Lost lost = new Heal.Lost(head, "ann", key, head.with(Trial.TAIL), 0, "");
    return Heal.reply(trial.client.call(Heal.call(room, trial.fence(), lost)));
  }
}
