package parley.history.search;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts text into the words that are searched for. A word is a run of letters and digits, in lower
 * case and without accents; scripts that write no spaces give one word for each character. Done
 * here and not by Postgres, so that highlights are found by the same rules as matches.
 */
public final class Words {
  /** A longer word is searched for by its beginning. */
  static final int WORD_CHARS_MAX = 48;

  private Words() {}

  /** A word and where it stands in the text, in UTF-16 units. */
  record Word(String folded, int start, int end) {}

  static List<Word> of(String text) {
    List<Word> words = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int c = text.codePointAt(at);
      int next = at + Character.charCount(c);
      if (!Character.isLetterOrDigit(c)) {
        at = next;
        continue;
      }
      boolean single = standsAlone(c);
      int end = next;
      while (!single && end < text.length() && goesOn(text.codePointAt(end))) {
        end += Character.charCount(text.codePointAt(end));
      }
      words.add(new Word(fold(text.substring(at, end)), at, end));
      at = end;
    }
    return words;
  }

  /**
   * The words with their places as Postgres' tsvector, and the room as a word that no text can
   * hold.
   */
  public static String vector(String room, String text) {
    StringBuilder vector = new StringBuilder(room.length() + text.length() * 2 + 8);
    vector.append(roomWord(room));
    int place = 0;
    for (Word word : of(text)) {
      place++;
      if (!word.folded().isEmpty()) {
        vector.append(' ').append(word.folded()).append(':').append(place);
      }
    }
    return vector.toString();
  }

  /** The word under which all messages of a room are found, quoted. */
  static String roomWord(String room) {
    return "'#" + room.replace("\\", "\\\\").replace("'", "''") + "'";
  }

  private static boolean goesOn(int c) {
    return (Character.isLetterOrDigit(c) && !standsAlone(c)) || isMark(c);
  }

  private static boolean isMark(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
  }

  private static boolean standsAlone(int c) {
    if (c < 0x0E00) {
      return false;
    }
    return switch (Character.UnicodeScript.of(c)) {
      case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> true;
      default -> false;
    };
  }

  private static String fold(String word) {
    String folded = word;
    if (!isAscii(word)) {
      folded =
          Normalizer.normalize(word, Normalizer.Form.NFKD)
              .codePoints()
              .filter(Character::isLetterOrDigit)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
    }
    folded = folded.toLowerCase(Locale.ROOT);
    int end = Math.min(folded.length(), WORD_CHARS_MAX);
    return folded.substring(
        0, end > 0 && Character.isHighSurrogate(folded.charAt(end - 1)) ? end - 1 : end);
  }

  private static boolean isAscii(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
