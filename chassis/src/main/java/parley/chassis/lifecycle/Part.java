package parley.chassis.lifecycle;

import io.vertx.core.Future;
import java.time.Duration;

/** One thing that a service starts and stops: a server, a connection, a loop of work. */
public interface Part {

  /** As it is told in log lines and in the sentence about a failed start. */
  String name();

  Future<?> start();

  /** Called only if {@link #start} succeeded. */
  Future<?> stop();

  /** How long {@link #stop} may take before the next part is stopped all the same. */
  default Duration stopWithin() {
    return Duration.ofSeconds(5);
  }
}
