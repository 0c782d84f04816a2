package parley.gateway.room;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import parley.protocol.EventHead;
import parley.protocol.EventTail;
import parley.protocol.EventType;
import parley.protocol.User;

class RedactionTest {
  private static final String KEY = "k\"ey\u00e4";
  private static final User ANN = new User("ann", "Ann \"} A.");

  @Test
  void a_ring_forgets_what_a_deleted_message_and_its_edits_said() {
    Ring ring = new Ring();
    ring.start(0, 0);
    ring.add(event(1, EventType.MESSAGE, message("kept")), 0);
    ring.add(event(2, EventType.MESSAGE, message("secret")), 0);
    ring.add(event(3, EventType.EDITED, new EventTail.Edited("r", ANN, 2, "secret too", null)), 0);
    ring.add(event(4, EventType.EDITED, new EventTail.Edited("r", ANN, 1, "kept too", null)), 0);
    Event deletion = event(5, EventType.DELETED, new EventTail.Deleted("r", ANN, 2));
    ring.add(deletion, 0);

    ring.redact(Redaction.target(deletion));

    List<String> left = ring.all().stream().map(event -> new String(event.json, UTF_8)).toList();
    assertThat(left.get(0)).contains("\"kept\"");
    assertThat(left.get(1))
        .isEqualTo(head(2, EventType.MESSAGE).with(new EventTail.Tombstone("r", ANN, KEY).json()));
    assertThat(left.get(2)).contains("Ann", "\"target\":2", "\"deleted\":true");
    assertThat(left.get(3)).contains("kept too");
    assertThat(left).noneMatch(json -> json.contains("secret"));
    assertThat(ring.all()).extracting(event -> event.seq).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  private static EventTail.Message message(String text) {
    return new EventTail.Message("r", ANN, text, "{\"key\":1}", null, KEY);
  }

  private static EventHead head(long seq, EventType type) {
    return new EventHead(seq, seq - 1, seq, seq, type);
  }

  private static Event event(long seq, EventType type, EventTail tail) {
    return Objects.requireNonNull(
        Event.parse(head(seq, type).with(tail.json()).getBytes(UTF_8), 0));
  }
}
