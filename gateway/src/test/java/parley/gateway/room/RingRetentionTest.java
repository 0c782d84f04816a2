package parley.gateway.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What retention has removed does not come back into a ring. */
class RingRetentionTest {
  private static final long NOW = 0;

  private final Ring ring = new Ring();

  @Test
  void what_was_read_before_it_was_forgotten_is_not_recalled() {
    ring.start(6, 60);
    ring.add(event(7), NOW);
    List<Event> read = events(1, 7);
    ring.forget(45);
    ring.recall(read, NOW);
    assertThat(seqs(ring.all())).containsExactly(5L, 6L, 7L);
    assertThat(ring.after(3, 10)).isNull();
    assertThat(seqs(ring.after(4, 10))).containsExactly(5L, 6L, 7L);
  }

  @Test
  void a_word_of_before_takes_nothing_back_and_what_is_all_gone_leaves_the_ring_as_it_is() {
    ring.start(6, 60);
    ring.add(event(7), NOW);
    ring.forget(65);
    ring.forget(15);
    ring.recall(events(1, 7), NOW);
    assertThat(seqs(ring.all())).containsExactly(7L);
    assertThat(ring.floorSeq()).isEqualTo(6);
  }

  private static List<Event> events(long from, long to) {
    return LongStream.rangeClosed(from, to).mapToObj(RingRetentionTest::event).toList();
  }

  private static Event event(long n) {
    String json =
        "{\"seq\":%d,\"prev\":%d,\"pos\":%d,\"ts\":1,\"type\":\"message\",\"room\":\"r\"}"
            .formatted(n, n - 1, n * 10);
    return Event.parse(json.getBytes(StandardCharsets.UTF_8), NOW);
  }

  private static List<Long> seqs(List<Event> events) {
    return events.stream().map(event -> event.seq).toList();
  }
}
