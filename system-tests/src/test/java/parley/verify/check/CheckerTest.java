package parley.verify.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import parley.verify.check.Verdict.Promise;

/** The checker finds what is wrong in histories that are wrong by hand. */
class CheckerTest {
  private static final String ROOM = "r";
  private static final long SECOND = 1_000_000_000L;

  private final List<Kept.Event> kept =
      new ArrayList<>(List.of(kept(1, 0, "a"), kept(2, 1, "b"), kept(3, 2, "c")));
  private final Map<Kept.Reacted, Long> counts = new HashMap<>();
  private final List<Observation> observations = new ArrayList<>();
  private final List<Sent> sent = new ArrayList<>();
  private final List<Harm> harms = new ArrayList<>();
  private final Losses losses = new Losses();
  private final Verdict verdict = new Verdict();

  @Test
  void a_history_without_faults_holds() {
    hears(1, 2, 3);
    sent.addAll(List.of(sent("a", false, 1), sent("b", true, 2, 2)));
    check();
    assertThat(verdict.table()).doesNotContain("BROKEN");
    assertThat(verdict.holds()).isTrue();
    assertThat(verdict.untried()).contains(Promise.P6, Promise.P7, Promise.P8);
  }

  @Test
  void a_client_that_missed_one_in_the_middle_is_found() {
    hears(1, 3);
    isBroken(Promise.P2);
  }

  @Test
  void a_client_that_missed_the_first_one_after_its_join_is_found() {
    Observation bob = hears();
    bob.add(new Heard.Start(ROOM, 1, 0));
    bob.add(event(3));
    isBroken(Promise.P2);
  }

  @Test
  void a_client_that_joined_and_never_heard_anything_is_found() {
    hears().add(new Heard.Start(ROOM, 1, 0));
    isBroken(Promise.P2);
  }

  @Test
  void a_client_that_missed_the_last_one_is_found() {
    hears(1, 2);
    isBroken(Promise.P2);
  }

  @Test
  void a_client_that_heard_one_twice_is_found() {
    hears(1, 2, 2, 3);
    isBroken(Promise.P2);
  }

  @Test
  void a_client_that_heard_another_text_is_found() {
    hears(1, 2).add(new Heard.Event(ROOM, 3, 2, 30, "message", "not c", 0));
    isBroken(Promise.P1);
  }

  @Test
  void a_gap_over_what_nothing_took_is_found() {
    Observation bob = hears(1);
    bob.add(new Heard.Gap(ROOM, 1, 2, 0));
    bob.add(event(3));
    isBroken(Promise.P2);
  }

  @Test
  void a_gap_over_what_redis_may_have_lost_holds() {
    assertThat(losses.cutOff(write(2))).isEqualTo(1);
    Observation bob = hears(1);
    bob.add(new Heard.Gap(ROOM, 1, 2, 0));
    bob.add(event(3));
    check();
    assertThat(verdict.holds()).isTrue();
  }

  @Test
  void what_redis_lost_in_one_place_excuses_no_gap_in_another() {
    losses.cutOff(write(1));
    Observation bob = hears(1);
    bob.add(new Heard.Gap(ROOM, 2, 2, 0));
    bob.add(event(3));
    isBroken(Promise.P2);
  }

  /** A node that withdrew it may still be told it, when another one had it to put back. */
  @Test
  void what_was_taken_back_may_be_heard_again_and_nothing_else() {
    losses.cutOff(write(3));
    Observation bob = hears(1, 2, 3);
    bob.add(new Heard.Gap(ROOM, 2, 2, 0));
    bob.add(event(3));
    check();
    assertThat(verdict.holds()).as(verdict.table()).isTrue();
    Observation cat = hears(1, 2, 3);
    cat.add(new Heard.Gap(ROOM, 1, 1, 0));
    cat.add(event(2));
    cat.add(event(3));
    isBroken(Promise.P2);
  }

  @Test
  void a_stream_whose_last_event_was_lost_may_doubt_all_its_rooms_and_others_may_not() {
    losses.cutOff(write(3));
    kept.removeLast();
    harms.add(new Harm("all", Set.of(Harm.Part.GATEWAY), 0, SECOND));
    doubts("sse");
    check();
    assertThat(verdict.holds()).as(verdict.table()).isTrue();
    doubts("ws");
    isBroken(Promise.P2);
  }

  private void doubts(String transport) {
    var observation = new Observation("ann", transport);
    observation.add(new Heard.Start(ROOM, 2, 0));
    observation.add(event(3));
    observation.add(new Heard.Gap(ROOM, 2, 2, 0));
    observation.add(new Heard.Start("other", 0, 0));
    observation.add(new Heard.Gap("other", 0, 0, 0));
    observations.add(observation);
  }

  @Test
  void an_event_that_was_heard_and_not_put_back_is_found() {
    losses.cutOff(write(3));
    hears(1, 2, 3);
    kept.removeLast();
    isBroken(Promise.P3);
  }

  @Test
  void a_hole_in_postgres_is_found() {
    kept.remove(1);
    isBroken(Promise.P1);
  }

  @Test
  void a_number_given_twice_is_found() {
    kept.add(kept(3, 2, "d"));
    isBroken(Promise.P1);
  }

  @Test
  void a_lost_ack_is_found() {
    sent.add(sent("never kept", false, 4));
    isBroken(Promise.P3);
  }

  @Test
  void an_accepted_ack_may_go_with_what_redis_lost_unheard_and_a_stored_one_may_not() {
    losses.window(0, SECOND);
    sent.add(sent("lost", false, 4));
    check();
    assertThat(verdict.holds()).isTrue();
    sent.add(sent("lost too", true, 5));
    isBroken(Promise.P3);
  }

  @Test
  void a_loss_excuses_only_what_was_acked_around_it() {
    losses.window(5 * SECOND, 6 * SECOND);
    sent.add(sent("lost", false, 4));
    isBroken(Promise.P3);
  }

  @Test
  void a_message_that_a_retry_doubled_is_found() {
    kept.add(kept(4, 3, "c"));
    isBroken(Promise.P4);
  }

  @Test
  void a_repeat_that_is_told_another_number_is_found() {
    sent.add(sent("a", false, 1, 2));
    isBroken(Promise.P4);
  }

  @Test
  void a_reaction_that_counts_twice_is_found() {
    kept.add(new Kept.Event(ROOM, 4, 3, 40, "reaction", "ann", "", "", 1, "+1", true));
    counts.put(new Kept.Reacted(ROOM, 1, "+1"), 2L);
    isBroken(Promise.P2);
  }

  @Test
  void a_socket_io_client_that_only_a_gateway_failed_must_be_recovered() {
    var observation = new Observation("io-1", "socket.io");
    observation.add(new Return(20 * SECOND, 21 * SECOND, true, false, false));
    observations.add(observation);
    harms.add(new Harm("kill", Set.of(Harm.Part.GATEWAY), 20 * SECOND, 21 * SECOND));
    isBroken(Promise.P5);
  }

  @Test
  void a_socket_io_client_that_redis_failed_too_need_not_be_recovered() {
    var observation = new Observation("io-1", "socket.io");
    observation.add(new Return(20 * SECOND, 21 * SECOND, true, false, false));
    observations.add(observation);
    harms.add(new Harm("restart", Set.of(Harm.Part.REDIS), 19 * SECOND, 20 * SECOND));
    check();
    assertThat(verdict.isBroken(Promise.P5)).isFalse();
  }

  @Test
  void a_client_that_is_not_served_again_after_a_fault_is_found() {
    observations.add(new Observation("ann", "ws"));
    isAckedLongAfterAFault();
    isBroken(Promise.P5);
  }

  @Test
  void a_client_that_waits_while_something_else_is_broken_need_not_be_served() {
    observations.add(new Observation("ann", "ws"));
    isAckedLongAfterAFault();
    harms.add(new Harm("away", Set.of(Harm.Part.POSTGRES), 5 * SECOND, 65 * SECOND));
    check();
    assertThat(verdict.isBroken(Promise.P5)).isFalse();
  }

  @Test
  void one_who_only_sends_while_a_probe_lasts_does_not_wait_to_be_served() {
    isAckedLongAfterAFault();
    check();
    assertThat(verdict.isBroken(Promise.P5)).isFalse();
  }

  private void isAckedLongAfterAFault() {
    kept.add(kept(4, 3, "late"));
    harms.add(new Harm("kill", Set.of(Harm.Part.GATEWAY), 0, SECOND));
    sent.add(
        new Sent("ann", ROOM, "key-late", "late", false, 0, List.of(new Sent.Ack(4, 90 * SECOND))));
  }

  private void isBroken(Promise promise) {
    check();
    assertThat(verdict.isBroken(promise)).as(verdict.table()).isTrue();
  }

  private void check() {
    Checker.check(new History(new Kept(kept, counts), observations, sent, harms, losses), verdict);
  }

  private static Kept.Event kept(long seq, long prev, String text) {
    return new Kept.Event(
        ROOM, seq, prev, seq * 10, "message", "ann", "key-" + text, text, 0, "", false);
  }

  private static Sent sent(String text, boolean stored, long... numbers) {
    var acks = new ArrayList<Sent.Ack>();
    for (long seq : numbers) {
      acks.add(new Sent.Ack(seq, SECOND / 2));
    }
    return new Sent("ann", ROOM, "key-" + text, text, stored, 0, acks);
  }

  private static String write(long seq) {
    return "*3\r\n$4\r\nXADD\r\n$99\r\nr\n{\"seq\":%d,\"prev\":%d,\"pos\":%d,\"ts\":1,\"type\":\"message\",\"room\":\"r\",\"text\":\"x\"}\r\n"
        .formatted(seq, seq - 1, seq * 10);
  }

  private static Heard.Event event(int seq) {
    String[] texts = {"", "a", "b", "c"};
    return new Heard.Event(ROOM, seq, seq - 1, seq * 10L, "message", texts[seq], 0);
  }

  private Observation hears(int... numbers) {
    var observation = new Observation("bob", "ws");
    for (int number : numbers) {
      observation.add(event(number));
    }
    observations.add(observation);
    return observation;
  }
}
