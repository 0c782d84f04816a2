package parley.chassis.token;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tokens that were verified last, so that a busy client's is not verified at each request. */
final class VerifiedTokens {

  private final Map<String, VerifiedToken> byToken;

  VerifiedTokens(int most) {
    this.byToken =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, VerifiedToken> eldest) {
            return size() > most;
          }
        };
  }

  synchronized @Nullable VerifiedToken get(String token) {
    return byToken.get(token);
  }

  synchronized void put(String token, VerifiedToken verified) {
    byToken.put(token, verified);
  }

  synchronized void clear() {
    byToken.clear();
  }

  synchronized int size() {
    return byToken.size();
  }
}
