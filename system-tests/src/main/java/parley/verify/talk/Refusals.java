package parley.verify.talk;

import java.util.Map;
import java.util.TreeMap;

/** Error answers by code, and how many of those that say "later" did not say when. */
public final class Refusals {
  private final Map<String, Integer> byCode = new TreeMap<>();
  private int withoutTime;

  synchronized void add(String code, boolean hasTime) {
    byCode.merge(code, 1, Integer::sum);
    if (!hasTime) {
      withoutTime++;
    }
  }

  public synchronized Map<String, Integer> byCode() {
    return Map.copyOf(byCode);
  }

  public synchronized int withoutTime() {
    return withoutTime;
  }

  /** Takes another's counts in. */
  public synchronized Refusals plus(Refusals other) {
    other.byCode().forEach((code, count) -> byCode.merge(code, count, Integer::sum));
    withoutTime += other.withoutTime();
    return this;
  }
}
