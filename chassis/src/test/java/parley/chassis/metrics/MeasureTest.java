package parley.chassis.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.LongAdder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class MeasureTest {
  @Test
  void a_total_that_is_counted_elsewhere_outlives_a_collection() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    LongAdder total = new LongAdder();
    new Catalogue("Test").count("parley_things_total", "Things.").from(registry, total::sum);
    WeakReference<Object> collected = new WeakReference<>(new Object());
    Awaitility.await()
        .until(
            () -> {
              System.gc();
              return collected.get() == null;
            });
    total.add(3);
    assertThat(registry.get("parley_things_total").functionCounter().count()).isEqualTo(3);
  }
}
