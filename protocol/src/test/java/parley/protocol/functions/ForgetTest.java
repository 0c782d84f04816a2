package parley.protocol.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import parley.protocol.RoomKeys;

/** What retention takes out of Redis. */
class ForgetTest {
  @Test
  void what_came_before_a_pos_is_gone_from_recent_and_the_rest_stays() {
    try (Trial trial = new Trial()) {
      RoomKeys room = trial.openRoom();
      List<AppendReply.Ok> all = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        all.add(trial.appended(room));
      }
      long before = all.get(4).pos();
      assertThat(forget(trial, room, before)).isEqualTo(4);
      assertThat(forget(trial, room, before)).isZero();
      assertThat(Recent.reply(trial.client.call(Recent.call(room, all.get(3).seq()))))
          .isInstanceOfSatisfying(
              Recent.Reply.Ok.class, left -> assertThat(left.events()).hasSize(2));
      assertThat(Recent.reply(trial.client.call(Recent.call(room, all.get(2).seq()))))
          .isInstanceOf(Recent.Reply.Incomplete.class);
      assertThat(trial.hash(room.recent())).hasSize(2);
      AppendReply.Ok next = trial.appended(room);
      assertThat(next.prev()).as("numbers go on").isEqualTo(all.getLast().seq());
    }
  }

  @Test
  void a_room_that_redis_does_not_know_has_nothing_to_forget() {
    try (Trial trial = new Trial()) {
      assertThat(forget(trial, trial.newRoom(), 7)).isZero();
    }
  }

  @Test
  void wrong_arguments_are_refused() {
    try (Trial trial = new Trial()) {
      RoomKeys room = trial.openRoom();
      for (String bad : List.of("", "-1", "x", "1.5", "99999999999999999")) {
        FunctionCall call =
            new FunctionCall(Forget.NAME, List.of(room.hash(), room.recent()), List.of(bad));
        assertThatThrownBy(() -> trial.client.call(call)).hasMessageContaining("INVALID");
      }
    }
  }

  @Test
  void only_its_own_message_is_taken_for_one() {
    assertThat(published("-17")).isEqualTo(17);
    for (String other :
        List.of("", "-", "-x", "--1", "~typing - {}", "{\"seq\":1", "-12345678901234567")) {
      assertThat(published(other)).as(other).isNull();
    }
  }

  private static Long published(String payload) {
    return Forget.published(payload.getBytes(StandardCharsets.UTF_8));
  }

  private static long forget(Trial trial, RoomKeys room, long before) {
    return Forget.reply(trial.client.call(Forget.call(room, before)));
  }
}
