package parley.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "lobby", "Büro 3", "日本", "a.b-c_d/e@f#g", "😀", "*x"})
  void good_ids_are_taken(String id) {
    assertThat(Ids.roomProblem(id)).isNull();
    assertThat(Ids.userProblem(id)).isNull();
    assertThat(Ids.keyProblem(id)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a:b",
        "{a",
        "a}",
        "a\nb",
        "a\u0000b",
        "\u007f",
        "\u0085",
        "\u2028",
        "\u2029",
        "\ud800",
        "a\udc00",
        "\uffff"
      })
  void ids_that_would_break_a_key_or_an_entry_are_refused(String id) {
    assertThat(Ids.roomProblem(id)).isNotNull();
    assertThat(Ids.userProblem(id)).isNotNull();
    assertThat(Ids.keyProblem(id)).isNotNull();
    assertThat(Ids.eventProblem(id)).isNotNull();
  }

  @Test
  void lengths_are_bytes_of_utf8() {
    assertThat(Ids.roomProblem("x".repeat(100))).isNull();
    assertThat(Ids.roomProblem("x".repeat(101))).contains("100 bytes");
    assertThat(Ids.roomProblem("é".repeat(50))).isNull();
    assertThat(Ids.roomProblem("é".repeat(51))).isNotNull();
    assertThat(Ids.userProblem("😀".repeat(16))).isNull();
    assertThat(Ids.userProblem("😀".repeat(17))).isNotNull();
    assertThat(Ids.textProblem("x".repeat(8000))).isNull();
    assertThat(Ids.textProblem("é".repeat(4001))).isNotNull();
    assertThat(Ids.nameProblem("😀".repeat(64))).isNull();
    assertThat(Ids.nameProblem("x".repeat(65))).isNotNull();
  }

  @Test
  void everyone_is_no_user_and_an_event_has_no_spaces() {
    assertThat(Ids.userProblem("*")).isNotNull();
    assertThat(Ids.eventProblem("msg rec")).isNotNull();
    assertThat(Ids.eventProblem("~read")).isNotNull();
    assertThat(Ids.eventProblem("msg_rec")).isNull();
    assertThat(Ids.roomProblem(null)).isNotNull();
  }

  @Test
  void text_is_anything_but_what_postgres_and_utf8_cannot_hold() {
    assertThat(Ids.textProblem("line\nbreak \u2028 :{}")).isNull();
    assertThat(Ids.textProblem("a\u0000")).isNotNull();
    assertThat(Ids.textProblem("a\ud83d")).isNotNull();
    assertThat(Ids.textProblem("\ude00\ud83d")).isNotNull();
    assertThat(Ids.textProblem("")).isNotNull();
  }

  @Test
  void a_seq_is_its_epoch_and_its_n() {
    long seq = Seq.of(3, 7);
    assertThat(Seq.epoch(seq)).isEqualTo(3);
    assertThat(Seq.n(seq)).isEqualTo(7);
    assertThat(Seq.of(Seq.EPOCH_MAX, Seq.N_MAX)).isEqualTo(Seq.MAX);
    assertThatThrownBy(() -> Seq.of(Seq.EPOCH_MAX + 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Seq.isValid(Seq.MAX + 1)).isFalse();
    assertThat(Seq.isValid(-1)).isFalse();
  }
}
