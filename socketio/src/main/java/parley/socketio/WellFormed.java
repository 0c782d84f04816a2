package parley.socketio;

/**
 * JSON can escape half a surrogate pair, which has no form in UTF-8. It is read as it is, for its
 * reader to judge, and becomes U+FFFD where it is written.
 */
final class WellFormed {
  private static final char REPLACEMENT = '\uFFFD';

  private WellFormed() {}

  static String of(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return repaired(text);
      }
    }
    return text;
  }

  private static String repaired(String text) {
    var repaired = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point ->
                repaired.appendCodePoint(
                    Character.getType(point) == Character.SURROGATE ? REPLACEMENT : point));
    return repaired.toString();
  }
}
