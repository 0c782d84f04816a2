package parley.history.drain;

import java.util.List;

/**
 * How many entries of each shard to ask for: few when it is quiet, as many as make a good batch
 * under load.
 */
final class ReadSize {
  static final int QUIET = 64;
  static final int BATCH_ENTRIES = 4_096;
  static final long BATCH_BYTES = 4L * 1024 * 1024;

  private int perShard = QUIET;

  int perShard() {
    return perShard;
  }

  /** Whether so much comes that the next batch should be read while one is committed. */
  boolean isBusy() {
    return perShard > QUIET;
  }

  /** Takes note of what came. */
  void read(List<Run> runs) {
    long entries = 0;
    long bytes = 0;
    boolean more = false;
    for (Run run : runs) {
      entries += run.range().entries();
      bytes += run.range().bytes();
      more |= run.range().entries() >= perShard;
    }
    if (bytes > BATCH_BYTES || entries > BATCH_ENTRIES) {
      perShard = Math.max(QUIET / 4, perShard / 2);
    } else if (more && entries * 2 <= BATCH_ENTRIES && bytes * 2 <= BATCH_BYTES) {
      perShard = Math.min(perShard * 2, BATCH_ENTRIES);
    } else if (entries < QUIET) {
      perShard = QUIET;
    }
  }
}
