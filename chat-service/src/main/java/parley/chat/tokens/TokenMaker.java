package parley.chat.tokens;

import java.time.Duration;
import parley.protocol.User;

/** Makes tokens of our own, which every process of this Parley accepts. */
@FunctionalInterface
public interface TokenMaker {
  String make(User user, Duration validFor);
}
