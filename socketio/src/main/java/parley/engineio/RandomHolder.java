package parley.engineio;

import java.security.SecureRandom;

/** The source of session ids. */
final class RandomHolder {
  static final SecureRandom RANDOM = new SecureRandom();

  private RandomHolder() {}
}
