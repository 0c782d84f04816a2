package parley.history.search;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a person typed into the search field: words that must all occur, {@code "a phrase"}, {@code
 * -not} and {@code begin*}. Anything typed is a query; only one without any word to look for is
 * none.
 */
public final class SearchQuery {
  public static final int CHARS_MAX = 200;
  private static final int TERMS_MAX = 16;

  private final List<Term> terms;

  /** Words that follow each other. */
  private record Term(List<String> words, boolean prefix, boolean not) {
    String tsquery() {
      String phrase =
          words.size() == 1
              ? words.getFirst() + (prefix ? ":*" : "")
              : "(" + String.join(" <-> ", words) + (prefix ? ":*" : "") + ")";
      return not ? "!" + phrase : phrase;
    }
  }

  private SearchQuery(List<Term> terms) {
    this.terms = terms;
  }

  /** Null if there is no word to look for in it. */
  public static @Nullable SearchQuery parse(String typed) {
    List<Term> terms = new ArrayList<>();
    int at = 0;
    while (at < typed.length() && terms.size() < TERMS_MAX) {
      char c = typed.charAt(at);
      if (Character.isWhitespace(c)) {
        at++;
        continue;
      }
      boolean not = c == '-';
      int start = not ? at + 1 : at;
      boolean quoted = start < typed.length() && typed.charAt(start) == '"';
      int end = quoted ? endOfQuote(typed, start + 1) : endOfWord(typed, start);
      String content = typed.substring(quoted ? start + 1 : start, end);
      add(terms, content, not);
      at = Math.max(quoted ? end + 1 : end, at + 1);
    }
    return terms.stream().allMatch(Term::not) ? null : new SearchQuery(List.copyOf(terms));
  }

  /** For Postgres: restricted to a room. */
  public String tsquery(String room) {
    return Words.roomWord(room) + " & " + tsquery();
  }

  /** For ranking, where the room says nothing. */
  public String tsquery() {
    return terms.stream().map(Term::tsquery).collect(Collectors.joining(" & "));
  }

  /** Where the words looked for stand in a text: start and end in UTF-16 units. */
  public List<int[]> highlights(String text) {
    List<int[]> places = new ArrayList<>();
    for (Words.Word word : Words.of(text)) {
      if (terms.stream().anyMatch(term -> !term.not() && holds(term, word.folded()))) {
        int[] last = places.isEmpty() ? null : places.getLast();
        if (last != null && last[1] == word.start()) {
          last[1] = word.end();
        } else {
          places.add(new int[] {word.start(), word.end()});
        }
      }
    }
    return places;
  }

  private static boolean holds(Term term, String word) {
    return term.words().contains(word)
        || (term.prefix() && word.startsWith(term.words().getLast()));
  }

  private static void add(List<Term> terms, String content, boolean not) {
    List<String> words =
        Words.of(content).stream().map(Words.Word::folded).filter(w -> !w.isEmpty()).toList();
    if (!words.isEmpty()) {
      terms.add(new Term(words, content.endsWith("*"), not));
    }
  }

  private static int endOfQuote(String typed, int from) {
    int end = typed.indexOf('"', from);
    return end < 0 ? typed.length() : end;
  }

  private static int endOfWord(String typed, int from) {
    int end = from;
    while (end < typed.length() && !Character.isWhitespace(typed.charAt(end))) {
      end++;
    }
    return end;
  }
}
