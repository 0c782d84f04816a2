package parley.chassis.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a process registers what it measures, and what Prometheus reads. Meters of Parley's own
 * come from a {@link Catalogue}; every label takes its values from a small fixed set, never from
 * what clients send.
 */
public final class Metrics implements AutoCloseable {

  private static final int METERS_MAX = 5_000;

  /**
   * Vert.x registers these anew for each server, client and connection, and Micrometer says so in
   * the log. Parley counts its own connections.
   */
  private static final Pattern REGISTERED_AGAIN =
      Pattern.compile("vertx\\.http\\.(client|server)\\.active\\..*|vertx\\.sql\\..*\\.pending");

  /** Labels of Vert.x whose values this side decides; methods and paths are the clients'. */
  private static final EnumSet<Label> VERTX_LABELS =
      EnumSet.of(Label.HTTP_CODE, Label.POOL_TYPE, Label.POOL_NAME, Label.EB_SIDE);

  /**
   * What nobody asks for: connections to Redis are counted by Parley itself, and the rest is not
   * used.
   */
  private static final Set<String> UNUSED =
      Stream.of(
              MetricsDomain.NET_CLIENT,
              MetricsDomain.DATAGRAM_SOCKET,
              MetricsDomain.EVENT_BUS,
              MetricsDomain.VERTICLES)
          .map(MetricsDomain::toCategory)
          .collect(Collectors.toUnmodifiableSet());

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

  public Metrics() {
    registry
        .config()
        .meterFilter(MeterFilter.deny(Metrics::isRegisteredAgain))
        .meterFilter(MeterFilter.maximumAllowableMetrics(METERS_MAX));
    new JvmMemoryMetrics().bindTo(registry);
    garbageCollection.bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    ProcessMeasures.RESIDENT_MEMORY.of(registry, ResidentMemory::bytes);
    ProcessMeasures.DIRECT_MEMORY.of(registry, DirectMemory::bytes);
  }

  private static boolean isRegisteredAgain(Meter.Id meter) {
    return REGISTERED_AGAIN.matcher(meter.getName()).matches()
        || (meter.getName().startsWith("vertx.pool.") && "http".equals(meter.getTag("pool_type")));
  }

  /** A Vert.x whose own meters come here too. */
  public VertxBuilder vertx(VertxOptions options) {
    MetricsOptions measured =
        new MicrometerMetricsOptions()
            .setLabels(VERTX_LABELS)
            .setDisabledMetricsCategories(UNUSED)
            .setEnabled(true);
    return io.vertx.core.Vertx.builder()
        .with(options.setMetricsOptions(measured))
        .withMetrics(new MicrometerMetricsFactory(registry));
  }

  /** Where measures become meters. */
  public MeterRegistry registry() {
    return registry;
  }

  /** Everything in Prometheus' text form. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    garbageCollection.close();
    registry.close();
  }
}
