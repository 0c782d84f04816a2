package parley.history.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WordsTest {

  @Test
  void words_lose_case_accents_and_punctuation() {
    assertThat(folded("Déjà-vu, TODAY! it's 42."))
        .containsExactly("deja", "vu", "today", "it", "s", "42");
  }

  @Test
  void scripts_without_spaces_give_one_word_for_each_character() {
    assertThat(folded("東京 tower")).containsExactly("東", "京", "tower");
  }

  @Test
  void a_vector_names_the_room_and_places() {
    assertThat(Words.vector("o'hara\\x", "hi there hi"))
        .isEqualTo("'#o''hara\\\\x' hi:1 there:2 hi:3");
  }

  @Test
  void a_long_word_is_cut() {
    assertThat(folded("x".repeat(5_000)).getFirst()).hasSize(Words.WORD_CHARS_MAX);
  }

  @Test
  void any_text_can_be_cut_into_words_and_any_query_read() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      String text =
          random
              .ints(random.nextInt(40), 0, 0x11000)
              .collect(StringBuilder::new, (b, c) -> b.append((char) c), StringBuilder::append)
              .toString();
      for (Words.Word word : Words.of(text)) {
        assertThat(word.folded()).as("seed %d", seed).matches("[\\p{L}\\p{N}]*");
        assertThat(word.end()).isGreaterThan(word.start());
      }
      SearchQuery query = SearchQuery.parse(text);
      if (query != null) {
        assertThat(query.tsquery()).as("seed %d", seed).isNotBlank();
      }
    }
  }

  @Test
  void a_query_has_words_phrases_exclusions_and_beginnings() {
    assertThat(query("Hello \"good night\" -bye wor*").tsquery())
        .isEqualTo("hello & (good <-> night) & !bye & wor:*");
  }

  @Test
  void a_query_without_a_word_to_look_for_is_none() {
    assertThat(SearchQuery.parse("  -not \"\" !! ")).isNull();
  }

  @Test
  void highlights_are_places_in_the_text_as_it_was_sent() {
    String text = "<b>Café</b> cafe ☕ Cafeteria";
    List<String> marked =
        query("café").highlights(text).stream().map(p -> text.substring(p[0], p[1])).toList();
    assertThat(marked).containsExactly("Café", "cafe");
    assertThat(query("caf*").highlights(text)).hasSize(3);
  }

  private static SearchQuery query(String typed) {
    SearchQuery query = SearchQuery.parse(typed);
    assertThat(query).isNotNull();
    return query;
  }

  private static List<String> folded(String text) {
    return Words.of(text).stream().map(Words.Word::folded).toList();
  }
}
