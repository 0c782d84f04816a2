package parley.history;

import java.util.Random;

/** Texts of about 128 bytes whose words are as unevenly frequent as those of a language. */
final class BenchTexts {
  private static final int VOCABULARY = 30_000;
  private static final int BYTES = 128;

  private final Random random;

  BenchTexts(long seed) {
    random = new Random(seed);
  }

  String next() {
    StringBuilder text = new StringBuilder(BYTES + 16);
    while (text.length() < BYTES) {
      // The k-th word is about 1/k as frequent as the first.
      long word = (long) Math.pow(VOCABULARY, random.nextDouble());
      text.append(Long.toString(word * 2_654_435_761L % 60_466_176L, 36)).append(' ');
    }
    return text.toString();
  }
}
