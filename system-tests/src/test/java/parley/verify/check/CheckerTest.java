package parley.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import parley.verify.check.Verdict.Promise;

/** The checker finds what is wrong in histories that are wrong by hand. */
class CheckerTest {
  private static final String ROOM = "r";
  private static final Checker.Excuses NONE = new Checker.Excuses(false);

  private final List<Archived> archive =
      new ArrayList<>(List.of(archived(1, 0, "a"), archived(2, 1, "b"), archived(3, 2, "c")));
  private final Verdict verdict = new Verdict();

  @Test
  void a_history_without_faults_holds() {
    check(heard(1, 2, 3));
    checker().checkArchive().checkSent(List.of(sent("a", 1), sent("b", 2)));
    assertThat(verdict.table()).doesNotContain("BROKEN");
    assertThat(verdict.holds()).isTrue();
  }

  @Test
  void a_client_that_missed_one_in_the_middle_is_found() {
    check(heard(1, 3));
    assertThat(verdict.isBroken(Promise.P2)).isTrue();
  }

  @Test
  void a_client_that_missed_the_last_one_is_found() {
    check(heard(1, 2));
    assertThat(verdict.isBroken(Promise.P2)).isTrue();
  }

  @Test
  void a_client_that_heard_one_twice_is_found() {
    check(heard(1, 2, 2, 3));
    assertThat(verdict.isBroken(Promise.P2)).isTrue();
  }

  @Test
  void a_client_that_heard_another_text_is_found() {
    Observation observation = heard(1, 2);
    observation.add(new Heard.Event(ROOM, 3, 2, 30, "message", "not c", 0));
    check(observation);
    assertThat(verdict.isBroken(Promise.P1)).isTrue();
  }

  @Test
  void a_gap_that_nothing_excuses_is_found() {
    Observation observation = heard(1);
    observation.add(new Heard.Gap(ROOM, 1, 2));
    observation.add(new Heard.Event(ROOM, 3, 2, 30, "message", "c", 0));
    check(observation);
    assertThat(verdict.isBroken(Promise.P2)).isTrue();
  }

  @Test
  void a_hole_in_postgres_is_found() {
    archive.remove(1);
    checker().checkArchive();
    assertThat(verdict.isBroken(Promise.P1)).isTrue();
  }

  @Test
  void a_number_given_twice_is_found() {
    archive.add(archived(3, 2, "d"));
    checker();
    assertThat(verdict.isBroken(Promise.P1)).isTrue();
  }

  @Test
  void a_lost_ack_is_found() {
    checker().checkSent(List.of(sent("never stored", 4)));
    assertThat(verdict.isBroken(Promise.P3)).isTrue();
  }

  @Test
  void a_message_that_a_retry_doubled_is_found() {
    archive.add(archived(4, 3, "c"));
    checker().checkSent(List.of(sent("c", 3)));
    assertThat(verdict.isBroken(Promise.P4)).isTrue();
  }

  private Checker checker() {
    return new Checker(archive, NONE, verdict);
  }

  private void check(Observation observation) {
    checker().checkHeard(List.of(observation));
  }

  private static Archived archived(long seq, long prev, String text) {
    return new Archived(ROOM, seq, prev, seq * 10, "message", "ann", "key-" + text, text);
  }

  private static Sent sent(String text, long seq) {
    return new Sent("ann", ROOM, "key-" + text, text, List.of(seq), false);
  }

  private static Observation heard(long... numbers) {
    var observation = new Observation("bob", "ws");
    String[] texts = {"", "a", "b", "c"};
    long[] before = {0, 0, 1, 2};
    for (long number : numbers) {
      int i = (int) number;
      observation.add(
          new Heard.Event(ROOM, number, before[i], number * 10, "message", texts[i], 0));
    }
    return observation;
  }
}
