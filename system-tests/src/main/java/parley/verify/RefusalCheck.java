package parley.verify;

import java.util.Map;
import java.util.Set;
import parley.verify.check.Verdict;
import parley.verify.check.Verdict.Promise;
import parley.verify.talk.Refusals;

/**
 * P7: whoever is refused because of too much, or of something that is broken, is told when to try
 * again.
 */
final class RefusalCheck {
  /** Codes that mean "later", as docs/errors.md has them. */
  private static final Set<String> LATER =
      Set.of(
          "slow_mode",
          "rate_limited",
          "too_many_connections",
          "full",
          "overloaded",
          "unavailable",
          "not_stored_yet",
          "internal");

  private RefusalCheck() {}

  static void check(Refusals refusals, Verdict verdict) {
    Map<String, Integer> timeless = refusals.timeless();
    refusals
        .byCode()
        .forEach(
            (code, times) -> {
              for (int i = 0; i < times; i++) {
                verdict.check(
                    Promise.P7,
                    !LATER.contains(code) || i >= timeless.getOrDefault(code, 0),
                    "a refusal (" + code + ") did not say when to try again");
                verdict.check(
                    Promise.P7,
                    LATER.contains(code),
                    "a well-behaved client was refused for good: " + code);
              }
            });
    verdict.remark(Promise.P7, "refusals by code: " + refusals.byCode());
  }
}
