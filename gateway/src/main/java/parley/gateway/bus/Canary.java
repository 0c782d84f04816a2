package parley.gateway.bus;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import parley.protocol.RedisKeys;

/**
 * A message of the node to itself by the way that all events take. When it does not come back the
 * node hears nothing, whatever else seems well. Bus thread, but for {@link #isWell}.
 */
final class Canary {
  private final Bus bus;
  private final String prefix;
  private final Duration within;
  private long number;
  private long sentNanos;
  private boolean out;
  private volatile long backNanos;
  private volatile boolean everBack;

  /**
   * @param within how old the last one that came back may be
   */
  Canary(Bus bus, Duration within) {
    this.bus = bus;
    this.within = within;
    this.prefix = "canary " + bus.nodeId() + " ";
  }

  /** Sends the next. */
  void send() {
    number++;
    if (!out) {
      sentNanos = System.nanoTime();
      out = true;
    }
    // A failure shows in that it does not come back.
    bus.ownLane().publish(RedisKeys.CONTROL, prefix + number).onFailure(ignored -> out = false);
    bus.meters().canaryFailing(!isWell());
  }

  /** Whether this is a canary, ours or another node's. */
  boolean heard(byte[] payload) {
    if (payload.length == 0 || payload[0] != 'c') {
      return false;
    }
    String text = new String(payload, StandardCharsets.US_ASCII);
    if (text.startsWith(prefix)) {
      long now = System.nanoTime();
      if (out) {
        bus.meters().canary(now - sentNanos);
      }
      out = false;
      backNanos = now;
      everBack = true;
    }
    return text.startsWith("canary ");
  }

  boolean isWell() {
    return everBack && System.nanoTime() - backNanos < within.toNanos();
  }
}
