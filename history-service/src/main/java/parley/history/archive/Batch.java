package parley.history.archive;

import java.util.List;

/** What one commit takes: entries of several shards, each in the order of its log. */
public record Batch(
    List<Held> shards, List<ArchivedEvent> events, List<ReadMark> marks, List<DeadLetter> letters) {

  /**
   * A shard that the committer believes to drain.
   *
   * @param fence raised by each take-over
   * @param pos of its last entry in this batch
   */
  public record Held(int shard, long fence, long pos) {}
}
