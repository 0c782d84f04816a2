package parley.verify.talk;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Error answers by code, and those that mean "later" without saying when. */
public final class Refusals {
  private static final long AGAIN_MILLIS = 200;
  private static final long LATER_MILLIS_MAX = 2_000;

  private final Map<String, Integer> byCode = new TreeMap<>();
  private final Map<String, Integer> timeless = new TreeMap<>();

  /** Notes a refusal and gives how many milliseconds to wait. */
  long add(JsonObject answer) {
    JsonObject error = answer.getJsonObject("error", new JsonObject());
    Long later = error.getLong("retryAfterMs");
    add(error.getString("code", "none"), later);
    return later == null ? AGAIN_MILLIS : Math.min(later, LATER_MILLIS_MAX);
  }

  synchronized void add(String code, @Nullable Long later) {
    byCode.merge(code, 1, Integer::sum);
    if (later == null) {
      timeless.merge(code, 1, Integer::sum);
    }
  }

  public synchronized Map<String, Integer> byCode() {
    return new TreeMap<>(byCode);
  }

  /** By code those that did not say when to try again. */
  public synchronized Map<String, Integer> timeless() {
    return new TreeMap<>(timeless);
  }

  public synchronized int count() {
    return byCode.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Takes another's counts in. */
  public synchronized Refusals plus(Refusals other) {
    other.byCode().forEach((code, count) -> byCode.merge(code, count, Integer::sum));
    other.timeless().forEach((code, count) -> timeless.merge(code, count, Integer::sum));
    return this;
  }
}
