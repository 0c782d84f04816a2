package parley.protocol.functions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import parley.protocol.RoomKeys;
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
    assertThat(first.seq()).isEqualTo(Seq.of(1, 1));
    assertThat(first.prev()).isZero();
    assertThat(second.seq()).isEqualTo(Seq.of(1, 2));
    assertThat(second.prev()).isEqualTo(first.seq());
    assertThat(second.pos()).isGreaterThan(first.pos());
  }
}
