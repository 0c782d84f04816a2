package parley.protocol;

import java.time.Duration;

/** Bounds that both sides of a process boundary rely on; lengths are bytes of UTF-8 unless said. */
public final class Limits {
  public static final int ROOM_ID_BYTES_MAX = 100;
  public static final int USER_ID_BYTES_MAX = 64;
  public static final int KEY_BYTES_MAX = 64;
  public static final int EVENT_NAME_BYTES_MAX = 64;
  public static final int USER_NAME_CHARACTERS_MAX = 64;
  public static final int EMOJI_BYTES_MAX = 64;
  public static final int TEXT_BYTES_MAX = 8_000;
  public static final int DATA_BYTES_MAX = 16_000;
  public static final int DATA_DEPTH_MAX = 32;

  /** The binary parts of one ephemeral event together. */
  public static final int BINARY_BYTES_MAX = 64 * 1024;

  /** The whole JSON of one event, head included. */
  public static final int EVENT_BYTES_MAX = 32_000;

  /** What the head (seq, prev, pos, ts) takes of {@link #EVENT_BYTES_MAX} at most. */
  public static final int EVENT_HEAD_BYTES_MAX = 128;

  public static final int RING_EVENTS = 128;
  public static final Duration RING_AGE_MIN = Duration.ofSeconds(3);

  /**
   * Slots of {@code {s}recent:<room>}; a power of two, so that a seq and its n fall into the same
   * slot.
   */
  public static final int RECENT_EVENTS = 256;

  /** What one answer of the function recent carries at most; more is {@code incomplete}. */
  public static final int RECENT_REPLY_BYTES_MAX = 2 * 1024 * 1024;

  /** Events that a join with {@code after} answers at most. */
  public static final int JOIN_EVENTS_MAX = 500;

  public static final long LOG_ENTRIES_MAX_DEFAULT = 100_000;
  public static final long LOG_BYTES_MAX_DEFAULT = 64L * 1024 * 1024;

  /** How long a client's key is remembered at least; at most twice as long. */
  public static final Duration KEY_WINDOW = Duration.ofMinutes(10);

  /** The same for the keys that a gateway makes for its own retries. */
  public static final Duration RETRY_WINDOW = Duration.ofSeconds(10);

  public static final int SHARDS_DEFAULT = 64;
  public static final int SHARDS_MAX = 4_096;

  /** Rooms in one call of the function heads. */
  public static final int HEADS_ROOMS_MAX = 500;

  public static final int PAGE_EVENTS_MAX = 200;
  public static final int PAGE_EVENTS_DEFAULT = 50;

  private Limits() {}
}
