package parley.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventsTest {
  private static final User ANN = new User("ann", "Ann \"A\" Ä");

  @Test
  void the_tail_of_a_message_is_what_the_protocol_says() {
    assertThat(new EventTail.Message("r", ANN, "hi", null, null, null).json())
        .isEqualTo(
            "\"type\":\"message\",\"room\":\"r\",\"from\":{\"id\":\"ann\",\"name\":\"Ann \\\"A\\\""
                + " Ä\"},\"text\":\"hi\"}");
    assertThat(new EventTail.Message("r", ANN, null, "{\"a\":[1]}", 7L, "k").json())
        .endsWith("\"data\":{\"a\":[1]},\"replyTo\":7,\"key\":\"k\"}");
    assertThat(new EventTail.Custom("r", ANN, "msg_rec", "{}", null).json())
        .endsWith("\"event\":\"msg_rec\",\"data\":{}}");
    assertThat(new EventTail.Member("r", ANN, MemberAction.BANNED, null, null, -1L).json())
        .isEqualTo(
            "\"type\":\"member\",\"room\":\"r\",\"user\":{\"id\":\"ann\",\"name\":\"Ann \\\"A\\\""
                + " Ä\"},\"action\":\"banned\",\"until\":-1}");
    assertThat(new EventTail.Reaction("r", ANN, 5, "👍", true).json())
        .endsWith("\"target\":5,\"emoji\":\"👍\",\"on\":true}");
  }

  @Test
  void every_tail_behind_every_head_is_json_whose_head_is_read_back() throws Exception {
    List<EventTail> tails =
        List.of(
            new EventTail.Message("r", ANN, "\u0001\n\"\\", null, null, null),
            new EventTail.Tombstone("r", ANN, "k"),
            new EventTail.Edited("r", ANN, 4, "new", "null", "k"),
            new EventTail.Deleted("r", ANN, 4),
            new EventTail.Reaction("r", ANN, 4, "x", false),
            new EventTail.Member("r", ANN, MemberAction.ROLE, ANN, Role.OWNER, null),
            new EventTail.Room("r", ANN, "{\"frozen\":true}", 3),
            new EventTail.Custom("r", ANN, "e", "[]", "k"));
    List<EventType> types =
        List.of(
            EventType.MESSAGE,
            EventType.MESSAGE,
            EventType.EDITED,
            EventType.DELETED,
            EventType.REACTION,
            EventType.MEMBER,
            EventType.ROOM,
            EventType.CUSTOM);
    Random random = new Random(7);
    for (int i = 0; i < tails.size(); i++) {
      long seq = random.nextLong(Seq.MAX) + 1;
      EventHead head =
          new EventHead(seq, random.nextLong(seq), random.nextLong(1L << 52), 1, types.get(i));
      String json = head.with(tails.get(i).json());
      assertThat(EventHead.parse(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(head);
      assertThat(EventHead.parse(("x" + json).getBytes(StandardCharsets.UTF_8), 1)).isEqualTo(head);
      assertThat(EventHead.parse(json)).isEqualTo(head);
      try (JsonParser parser = new JsonFactory().createParser(json)) {
        while (parser.nextToken() != null) {
          parser.getText();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}",
        "{\"seq\":1,\"prev\":0,\"pos\":2,\"ts\":3,\"type\":\"message",
        "{\"seq\":1,\"prev\":0,\"pos\":2,\"ts\":3,\"type\":\"messages\"",
        "{\"seq\":,\"prev\":0,\"pos\":2,\"ts\":3,\"type\":\"message\"}",
        "{\"seq\":-1,\"prev\":0,\"pos\":2,\"ts\":3,\"type\":\"message\"}",
        "{\"seq\":01,\"prev\":0,\"pos\":2,\"ts\":3,\"type\":\"message\"}",
        "{\"seq\":1.5,\"prev\":0,\"pos\":2,\"ts\":3,\"type\":\"message\"}",
        "{\"seq\":12345678901234567,\"prev\":0,\"pos\":2,\"ts\":3,\"type\":\"message\"}",
        "{\"prev\":0,\"seq\":1,\"pos\":2,\"ts\":3,\"type\":\"message\"}",
        "~read - {}",
      })
  void what_is_no_event_has_no_head(String payload) {
    assertThat(EventHead.parse(payload.getBytes(StandardCharsets.UTF_8))).isNull();
  }

  @Test
  void ephemeral_events_are_read_as_they_were_written() {
    Ephemeral typing = new Ephemeral("typing", "n1.ab", "{\"room\":\"a b\"}");
    Ephemeral all = new Ephemeral("x", null, "{}");
    assertThat(Ephemeral.parse(typing.encode().getBytes(StandardCharsets.UTF_8))).isEqualTo(typing);
    assertThat(Ephemeral.parse(all.encode().getBytes(StandardCharsets.UTF_8))).isEqualTo(all);
    for (String wrong : List.of("", "{}", "~", "~a", "~a b", "~ - {}", "~a  {}")) {
      assertThat(Ephemeral.parse(wrong.getBytes(StandardCharsets.UTF_8))).as(wrong).isNull();
    }
  }

  @Test
  void ephemeral_events_with_binary_parts_are_read_as_they_were_written() {
    List<byte[]> parts = List.of(new byte[] {0, -1, 32, 44}, new byte[0]);
    Ephemeral written = new Ephemeral("blob", null, "{\"data\": [1, 2]}", parts);
    Ephemeral read = Ephemeral.parse(written.encode().getBytes(StandardCharsets.UTF_8));
    assertThat(read).isNotNull();
    assertThat(read.event()).isEqualTo("blob");
    assertThat(read.json()).isEqualTo(written.json());
    assertThat(read.binaries()).usingRecursiveComparison().isEqualTo(parts);
    for (String wrong : List.of("^", "^a", "^a - AA==", "^a - A*A= {}", "^ - AA== {}")) {
      assertThat(Ephemeral.parse(wrong.getBytes(StandardCharsets.UTF_8))).as(wrong).isNull();
    }
  }

  @Test
  void log_entries_are_read_and_strange_ones_are_not() {
    assertThat(parse("e", "room 1\n{\"a\":\"\\n\"}"))
        .isEqualTo(new LogEntry.Event("room 1", "{\"a\":\"\\n\"}"));
    assertThat(parse("r", "room\nann\n4294967297"))
        .isEqualTo(new LogEntry.ReadMark("room", "ann", 4294967297L));
    for (String wrong :
        List.of("", "room", "\n{}", "room\nann", "room\nann\n", "room\nann\nx", "room\n\n5")) {
      assertThat(parse("r", wrong)).as(wrong).isNull();
    }
    assertThat(parse("z", "room\n{}")).isNull();
    assertThat(LogEntry.pos("1795260224664524-0")).isEqualTo(1795260224664524L);
  }

  @Test
  void the_state_of_a_member_is_read_as_it_was_written() {
    MemberState state = new MemberState(Role.MODERATOR, 12, MemberState.FOR_EVER);
    assertThat(MemberState.parse(state.encode())).isEqualTo(state);
    assertThat(state.isMuted(11)).isTrue();
    assertThat(state.isMuted(12)).isFalse();
    assertThat(state.isBanned(Long.MAX_VALUE)).isTrue();
    assertThat(MemberState.parse("- 0 0")).isEqualTo(MemberState.NONE);
  }

  private static LogEntry parse(String field, String value) {
    return LogEntry.parse(field, value.getBytes(StandardCharsets.UTF_8));
  }
}
