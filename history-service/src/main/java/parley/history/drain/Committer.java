package parley.history.drain;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.history.archive.Archive;
import parley.history.archive.Archive.Outcome;
import parley.history.archive.ArchivedEvent;
import parley.history.archive.Await;
import parley.history.archive.Batch;
import parley.history.archive.DeadLetter;
import parley.history.archive.ReadMark;
import parley.protocol.EventHead;
import parley.protocol.Shards;

/**
 * Commits runs of several shards as one batch. Where Postgres refuses the data of a batch it is
 * halved until the one entry is found that cannot be stored; that one is parked, the others are
 * committed.
 */
final class Committer {
  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

  private final Archive archive;
  private final Shards shards;
  private final DrainMetrics metrics;

  Committer(Archive archive, Shards shards, DrainMetrics metrics) {
    this.archive = archive;
    this.shards = shards;
    this.metrics = metrics;
  }

  /**
   * @param fences under which this replica believes to drain
   * @return whether all is committed; if not, shards have been taken over and nothing of this may
   *     be trimmed
   */
  boolean commit(List<Run> runs, Map<Integer, Long> fences)
      throws Await.Failed, InterruptedException {
    List<Batch.Held> held = new ArrayList<>();
    List<ArchivedEvent> events = new ArrayList<>();
    List<ReadMark> marks = new ArrayList<>();
    List<DeadLetter> letters = new ArrayList<>();
    for (Run run : runs) {
      held.add(
          new Batch.Held(
              run.shard(), fences.getOrDefault(run.shard(), -1L), run.range().lastPos()));
      events.addAll(run.events());
      marks.addAll(run.marks());
      letters.addAll(run.letters());
    }
    report(letters);
    return store(new Batch(held, events, marks, letters));
  }

  private boolean store(Batch batch) throws Await.Failed, InterruptedException {
    return switch (archive.store(batch)) {
      case Outcome.Stored stored -> {
        metrics.stored.increment(stored.fresh());
        metrics.repeated.increment(batch.events().size() - stored.fresh());
        yield true;
      }
      case Outcome.Fenced fenced -> {
        metrics.fenced.increment();
        yield false;
      }
      case Outcome.Refused refused -> split(batch, refused.reason());
    };
  }

  private boolean split(Batch batch, String reason) throws Await.Failed, InterruptedException {
    int events = batch.events().size();
    int marks = batch.marks().size();
    if (events + marks <= 1) {
      return park(batch, reason);
    }
    // The pos of the shards belongs to the last part: before it is committed they are not that far.
    List<Batch.Held> notYet =
        batch.shards().stream().map(h -> new Batch.Held(h.shard(), h.fence(), 0)).toList();
    int event = events > 1 ? events / 2 : events;
    int mark = events > 1 ? 0 : marks / 2;
    return store(part(notYet, batch, 0, event, 0, mark))
        && store(part(batch.shards(), batch, event, events, mark, marks));
  }

  private static Batch part(
      List<Batch.Held> held, Batch batch, int event, int eventsEnd, int mark, int marksEnd) {
    return new Batch(
        held,
        batch.events().subList(event, eventsEnd),
        batch.marks().subList(mark, marksEnd),
        List.of());
  }

  /**
   * One entry that Postgres does not take: its place is kept if that can be, its bytes are parked.
   */
  private boolean park(Batch batch, String reason) throws Await.Failed, InterruptedException {
    if (batch.events().isEmpty()) {
      LOG.error("a read mark cannot be stored and is dropped: {}", reason);
      metrics.deadLetters.increment();
      return store(new Batch(batch.shards(), List.of(), List.of(), List.of()));
    }
    ArchivedEvent event = batch.events().getFirst();
    DeadLetter letter =
        new DeadLetter(
            shards.of(event.room()),
            Long.toString(event.pos()),
            event.room(),
            event.seq(),
            reason,
            Buffer.buffer(event.json()));
    report(List.of(letter));
    EventHead head = EventHead.parse(event.json());
    ArchivedEvent placeholder = head == null ? event : EntryReader.placeholder(event.room(), head);
    boolean alreadyOne = placeholder.json().equals(event.json());
    return store(
        new Batch(
            batch.shards(),
            alreadyOne ? List.of() : List.of(placeholder),
            List.of(),
            List.of(letter)));
  }

  private void report(List<DeadLetter> letters) {
    for (DeadLetter letter : letters) {
      metrics.deadLetters.increment();
      LOG.error(
          "entry {} of shard {} cannot be stored and is parked: room {} seq {}: {}",
          letter.entry(),
          letter.shard(),
          letter.room(),
          letter.seq(),
          letter.reason());
    }
  }
}
