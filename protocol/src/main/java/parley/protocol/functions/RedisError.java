package parley.protocol.functions;

/**
 * What an error reply of Redis to a function call means to us. Nothing was written in any of these
 * cases.
 */
public enum RedisError {
  /** Over maxmemory: to a sender this is {@code full}. */
  OUT_OF_MEMORY,
  /** The library is not loaded (a restarted, flushed or other Redis): load it and call again. */
  FUNCTIONS_MISSING,
  /**
   * A replica, a master without its replicas, one that cannot write its file or is loading: call
   * again later.
   */
  UNAVAILABLE,
  /** The slot lives elsewhere: follow the redirection. */
  MOVED,
  /** A fault of ours in the call. */
  REFUSED;

  public static RedisError of(String message) {
    String word = message.split(" ", 2)[0];
    return switch (word) {
      case "OOM" -> OUT_OF_MEMORY;
      case "MOVED", "ASK" -> MOVED;
      case "READONLY",
          "NOREPLICAS",
          "MISCONF",
          "LOADING",
          "MASTERDOWN",
          "BUSY",
          "TRYAGAIN",
          "CLUSTERDOWN" ->
          UNAVAILABLE;
      default -> message.startsWith("ERR Function not found") ? FUNCTIONS_MISSING : REFUSED;
    };
  }
}
