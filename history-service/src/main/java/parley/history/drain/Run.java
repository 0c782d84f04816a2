package parley.history.drain;

import java.util.List;
import parley.history.archive.ArchivedEvent;
import parley.history.archive.DeadLetter;
import parley.history.archive.ReadMark;
import parley.protocol.functions.Trim.Committed;

/**
 * Entries of one shard as they stand in its log, one behind the other.
 *
 * @param range what is trimmed once all of them are committed
 */
record Run(
    int shard,
    Committed range,
    List<ArchivedEvent> events,
    List<ReadMark> marks,
    List<DeadLetter> letters) {}
