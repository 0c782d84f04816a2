package parley.protocol.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import parley.protocol.Limits;
import parley.protocol.RoomKeys;
import parley.protocol.functions.Rekey.Keyed;

/** Keys that Redis lost come back from what Postgres has. */
class RekeyTest {
  private static final long WINDOW = Limits.KEY_WINDOW.toMillis() * 1_000;

  private static Rekey.Reply rekey(Trial trial, RoomKeys room, long epoch, Keyed... keys) {
    return Rekey.reply(trial.client.call(Rekey.call(room, epoch, List.of(keys))));
  }

  private static Keyed keyed(String key, AppendReply.Ok of) {
    return new Keyed("ann", key, of.seq(), of.prev(), of.pos(), of.ts());
  }

  @Test
  void a_key_that_was_put_back_answers_with_the_numbers_of_its_event() {
    try (Trial trial = new Trial()) {
      RoomKeys room = trial.openRoom();
      long epoch = trial.heads(room).epoch();
      AppendReply.Ok first = (AppendReply.Ok) trial.append(room, "ann", "k");
      trial.client.send("DEL", room.keys0(), room.keys1());
      assertThat(rekey(trial, room, epoch, keyed("k", first))).isEqualTo(new Rekey.Reply.Ok(1));
      assertThat(trial.append(room, "ann", "k"))
          .isEqualTo(new AppendReply.Repeat(first.seq(), first.prev(), first.pos(), first.ts()));
    }
  }

  @Test
  void what_redis_knows_stays_and_what_is_too_old_is_left_out() {
    try (Trial trial = new Trial()) {
      RoomKeys room = trial.openRoom();
      long epoch = trial.heads(room).epoch();
      AppendReply.Ok first = (AppendReply.Ok) trial.append(room, "ann", "k");
      Keyed other = new Keyed("ann", "k", first.seq() + 7, 0, first.pos(), 0);
      Keyed last = new Keyed("ann", "last", 1, 0, first.pos() - WINDOW, 3);
      Keyed old = new Keyed("ann", "old", 1, 0, first.pos() - 3 * WINDOW, 3);
      assertThat(rekey(trial, room, epoch, other, last, old)).isEqualTo(new Rekey.Reply.Ok(1));
      assertThat(((AppendReply.Repeat) trial.append(room, "ann", "k")).seq())
          .isEqualTo(first.seq());
      assertThat(trial.append(room, "ann", "last"))
          .isEqualTo(new AppendReply.Repeat(1, 0, first.pos() - WINDOW, 3));
      assertThat(trial.append(room, "ann", "old")).isInstanceOf(AppendReply.Ok.class);
    }
  }

  @Test
  void under_another_epoch_or_fence_nothing_is_put_back() {
    try (Trial trial = new Trial()) {
      RoomKeys room = trial.openRoom();
      AppendReply.Ok first = trial.appended(room);
      long epoch = trial.heads(room).epoch();
      assertThat(rekey(trial, room, epoch + 1, keyed("k", first)))
          .isEqualTo(new Rekey.Reply.Epoch(epoch));
      trial.client.load();
      assertThat(rekey(trial, room, epoch, keyed("k", first)))
          .isInstanceOf(Rekey.Reply.Closed.class);
      assertThat(trial.hash(room.keys0())).doesNotContainKey("ann:k");
      assertThat(trial.hash(room.keys1())).doesNotContainKey("ann:k");
    }
  }

  @Test
  void wrong_arguments_are_refused_before_anything_is_written() {
    try (Trial trial = new Trial()) {
      RoomKeys room = trial.openRoom();
      long epoch = trial.heads(room).epoch();
      List<String> good = new ArrayList<>(List.of(Long.toString(epoch), "600000"));
      good.addAll(List.of("ann", "k", "1", "0", "5", "6"));
      for (int i = 0; i < good.size(); i++) {
        List<String> bad = new ArrayList<>(good);
        bad.set(i, "");
        FunctionCall call =
            new FunctionCall(
                Rekey.NAME, List.of(room.shard().shard(), room.keys0(), room.keys1()), bad);
        assertThatThrownBy(() -> trial.client.call(call)).hasMessageContaining("INVALID");
      }
    }
  }
}
