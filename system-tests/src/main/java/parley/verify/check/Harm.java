package parley.verify.check;

import java.util.Set;

/** Something that was done to the cluster, and for how long. */
public record Harm(String what, Set<Part> parts, long fromNanos, long toNanos) {
  /** What it was done to. */
  public enum Part {
    GATEWAY,
    CHAT,
    HISTORY,
    REDIS,
    POSTGRES,
    /** What Redis holds: it came back with less. */
    DATA,
    /** Clients and the way to them. */
    CLIENTS
  }

  boolean touches(Part part, long from, long to) {
    return parts.contains(part) && fromNanos <= to && toNanos >= from;
  }
}
