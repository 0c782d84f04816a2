package parley.chassis.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is measured, declared in a {@link Catalogue}: meters are made from it, and the
 * page docs/metrics.md is written from it. The name is the one in Prometheus.
 */
public sealed interface Measure {
  String name();

  String means();

  @Nullable Label label();

  /** As Prometheus calls the kind. */
  String kind();

  private static Tags tags(Measure measure, String value) {
    Label label = measure.label();
    if (label == null || !label.values().contains(value)) {
      throw new IllegalArgumentException(measure.name() + " has no label with the value " + value);
    }
    return Tags.of(label.name(), value);
  }

  private static Tags noTags(Measure measure) {
    if (measure.label() != null) {
      throw new IllegalArgumentException(measure.name() + " wants a value for its label");
    }
    return Tags.empty();
  }

  /** A number that only grows. */
  record Count(String name, String means, @Nullable Label label) implements Measure {
    @Override
    public String kind() {
      return "counter";
    }

    public Counter in(MeterRegistry registry) {
      return Counter.builder(name).description(means).tags(noTags(this)).register(registry);
    }

    /** With one value of its label. */
    public Counter in(MeterRegistry registry, String value) {
      return Counter.builder(name).description(means).tags(tags(this, value)).register(registry);
    }

    /** One for each value of an enum, all of them there from the start. */
    public <E extends Enum<E>> Counters<E> in(
        MeterRegistry registry, Class<E> kinds, Function<E, String> value) {
      return new Counters<>(kinds, kind -> in(registry, value.apply(kind)));
    }

    /** Counted elsewhere, on the way where nothing may be slow. */
    public void from(MeterRegistry registry, LongSupplier total) {
      from(registry, total, noTags(this));
    }

    /** With one value of its label. */
    public void from(MeterRegistry registry, String value, LongSupplier total) {
      from(registry, total, tags(this, value));
    }

    private void from(MeterRegistry registry, LongSupplier total, Tags tags) {
      // The meter holds its object weakly, and a supplier that nobody else holds would be gone with
      // the next collection, the count with it.
      FunctionCounter.builder(name, registry, same -> total.getAsLong())
          .description(means)
          .tags(tags)
          .register(registry);
    }
  }

  /** A number that goes up and down. */
  record Level(String name, String means, @Nullable Label label) implements Measure {
    @Override
    public String kind() {
      return "gauge";
    }

    public Gauge of(MeterRegistry registry, DoubleSupplier now) {
      return of(registry, now, noTags(this));
    }

    /** With one value of its label. */
    public Gauge of(MeterRegistry registry, String value, DoubleSupplier now) {
      return of(registry, now, tags(this, value));
    }

    private Gauge of(MeterRegistry registry, DoubleSupplier now, Tags tags) {
      // A strong reference: what is measured is measured for as long as the process lives.
      return Gauge.builder(name, now, DoubleSupplier::getAsDouble)
          .description(means)
          .tags(tags)
          .strongReference(true)
          .register(registry);
    }
  }

  /** How long something takes, as a histogram. */
  record Time(String name, String means, @Nullable Label label, List<Duration> bounds)
      implements Measure {
    @Override
    public String kind() {
      return "histogram";
    }

    public Timer in(MeterRegistry registry) {
      return in(registry, noTags(this));
    }

    /** With one value of its label. */
    public Timer in(MeterRegistry registry, String value) {
      return in(registry, tags(this, value));
    }

    private Timer in(MeterRegistry registry, Tags tags) {
      return Timer.builder(name)
          .description(means)
          .tags(tags)
          .serviceLevelObjectives(bounds.toArray(Duration[]::new))
          .register(registry);
    }
  }

  /** How much of something comes at once, as a histogram. */
  record Size(String name, String means, @Nullable Label label, List<Integer> bounds)
      implements Measure {
    @Override
    public String kind() {
      return "histogram";
    }

    public DistributionSummary in(MeterRegistry registry) {
      return DistributionSummary.builder(name)
          .description(means)
          .tags(noTags(this))
          .serviceLevelObjectives(bounds.stream().mapToDouble(bound -> bound).toArray())
          .register(registry);
    }
  }
}
