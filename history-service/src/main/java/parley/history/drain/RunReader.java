package parley.history.drain;

import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.history.archive.ArchivedEvent;
import parley.history.archive.DeadLetter;
import parley.history.archive.ReadMark;
import parley.protocol.EventHead;
import parley.protocol.LogEntry;
import parley.protocol.functions.Trim.Committed;

/** Reads one shard's part of an answer to XREAD; what cannot be read becomes a dead letter. */
final class RunReader {
  private final int shard;
  private final List<ArchivedEvent> events = new ArrayList<>();
  private final List<ReadMark> marks = new ArrayList<>();
  private final List<DeadLetter> letters = new ArrayList<>();
  private long bytes;

  private RunReader(int shard) {
    this.shard = shard;
  }

  /**
   * @param entries {@code [[id, [field, value]], …]}, at least one
   */
  static Run read(int shard, Response entries) {
    RunReader reader = new RunReader(shard);
    int count = entries.size();
    for (int i = 0; i < count; i++) {
      reader.entry(entries.get(i));
    }
    Committed range =
        new Committed(
            LogEntry.pos(entries.get(0).get(0).toString()),
            LogEntry.pos(entries.get(count - 1).get(0).toString()),
            count,
            reader.bytes);
    return new Run(shard, range, reader.events, reader.marks, reader.letters);
  }

  private void entry(Response entry) {
    Response fields = entry.get(1);
    if (fields == null || fields.size() != 2) {
      letter(entry, null, null, "an entry has one field", Buffer.buffer());
      return;
    }
    String field = fields.get(0).toString();
    byte[] value = fields.get(1).toBytes();
    bytes += value.length;
    switch (field) {
      case "e" -> event(entry, value);
      case "r" -> mark(entry, value);
      default -> letter(entry, null, null, "an unknown field", Buffer.buffer(value));
    }
  }

  private void event(Response entry, byte[] value) {
    int end = 0;
    while (end < value.length && value[end] != '\n') {
      end++;
    }
    String room = new String(value, 0, end, StandardCharsets.UTF_8);
    if (end == 0 || end >= value.length - 1) {
      letter(entry, null, null, "an event without room or JSON", Buffer.buffer(value));
      return;
    }
    try {
      events.add(EntryReader.read(room, value, end + 1));
    } catch (EntryReader.Poison poison) {
      poison(entry, room, EventHead.parse(value, end + 1), value, poison);
    }
  }

  /** The place of an event in its room is kept, if one can tell it. */
  private void poison(
      Response entry,
      String room,
      @Nullable EventHead head,
      byte[] value,
      EntryReader.Poison poison) {
    String reason = String.valueOf(poison.getMessage());
    if (head != null && EntryReader.isStorable(room)) {
      letter(entry, room, head.seq(), reason, Buffer.buffer(value));
      events.add(EntryReader.placeholder(room, head));
    } else {
      letter(entry, null, null, reason, Buffer.buffer(value));
    }
  }

  private void mark(Response entry, byte[] value) {
    if (LogEntry.parse("r", value) instanceof LogEntry.ReadMark mark
        && EntryReader.isStorable(mark.room())
        && EntryReader.isStorable(mark.user())) {
      marks.add(new ReadMark(mark.room(), mark.user(), mark.seq()));
    } else {
      letter(entry, null, null, "a malformed read mark", Buffer.buffer(value));
    }
  }

  private void letter(
      Response entry, @Nullable String room, @Nullable Long seq, String reason, Buffer raw) {
    letters.add(new DeadLetter(shard, entry.get(0).toString(), room, seq, reason, raw));
  }
}
