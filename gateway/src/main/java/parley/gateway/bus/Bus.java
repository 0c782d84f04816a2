package parley.gateway.bus;

import io.vertx.core.Future;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import parley.protocol.Ephemeral;

/** A node's connections to Redis. */
// Behaviour follows.
@SuppressWarnings("DoNotCallSuggester")
public final class Bus {
  private Bus() {}

  public String nodeId() {
    throw new UnsupportedOperationException();
  }

  /** Whether the node's canary came back in time; from any thread. */
  public boolean ready() {
    throw new UnsupportedOperationException();
  }

  /**
   * Who hears the control channel first, on the bus thread. What it answers true to is not passed
   * on to clients.
   */
  public void onControl(Predicate<Ephemeral> claim) {
    throw new UnsupportedOperationException();
  }

  /**
   * Where a live gateway is reached; null if none has this id. What was once known is kept while
   * Redis is away.
   */
  public Future<@Nullable NodeAddress> node(String id) {
    throw new UnsupportedOperationException();
  }

  public Lane lane(int loop) {
    throw new UnsupportedOperationException();
  }
}
