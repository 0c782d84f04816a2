package parley.history.archive;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the log that cannot be stored as it is.
 *
 * @param entry its id in the log
 * @param room and {@code seq}: null if not even they can be read
 */
public record DeadLetter(
    int shard, String entry, @Nullable String room, @Nullable Long seq, String reason, Buffer raw) {
  /** What of an oversized entry is kept. */
  static final int RAW_BYTES_MAX = 256 * 1024;
}
