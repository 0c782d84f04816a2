package parley.chassis.metrics;

import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** A counter for each value of an enum. */
public final class Counters<E extends Enum<E>> {
  private final Map<E, Counter> byKind;

  Counters(Class<E> kinds, Function<E, Counter> counter) {
    this.byKind = new EnumMap<>(kinds);
    for (E kind : kinds.getEnumConstants()) {
      byKind.put(kind, counter.apply(kind));
    }
  }

  public void increment(E kind) {
    Objects.requireNonNull(byKind.get(kind)).increment();
  }
}
