package parley.history.archive;

import io.vertx.sqlclient.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.history.archive.ArchivedEvent.Change;

/** A batch as the arguments of the function store: one array for each column. */
final class Columns {
  private Columns() {}

  static Tuple of(String replica, Batch batch) {
    Tuple columns = Tuple.tuple().addString(replica).addInteger((int) Leases.LEASE.toMillis());
    shards(columns, batch.shards());
    events(columns, batch.events());
    changes(columns, batch.events().stream().filter(e -> e.change() != null).toList());
    marks(columns, batch.marks());
    return columns;
  }

  private static void shards(Tuple columns, List<Batch.Held> shards) {
    int n = shards.size();
    Integer[] shard = new Integer[n];
    Long[] fence = new Long[n];
    Long[] pos = new Long[n];
    for (int i = 0; i < n; i++) {
      Batch.Held held = shards.get(i);
      shard[i] = held.shard();
      fence[i] = held.fence();
      pos[i] = held.pos();
    }
    columns.addArrayOfInteger(shard).addArrayOfLong(fence).addArrayOfLong(pos);
  }

  private static void events(Tuple columns, List<ArchivedEvent> events) {
    int n = events.size();
    String[] room = new String[n];
    Long[] seq = new Long[n];
    Long[] prev = new Long[n];
    Long[] pos = new Long[n];
    Short[] kind = new Short[n];
    @Nullable String[] author = new String[n];
    @Nullable Long[] target = new Long[n];
    String[] json = new String[n];
    @Nullable String[] search = new String[n];
    for (int i = 0; i < n; i++) {
      ArchivedEvent event = events.get(i);
      room[i] = event.room();
      seq[i] = event.seq();
      prev[i] = event.prev();
      pos[i] = event.pos();
      kind[i] = event.kind().number();
      author[i] = event.author();
      target[i] = event.target();
      json[i] = event.json();
      search[i] = event.search();
    }
    columns.addArrayOfString(room).addArrayOfLong(seq).addArrayOfLong(prev).addArrayOfLong(pos);
    columns.addArrayOfShort(kind).addArrayOfString(author).addArrayOfLong(target);
    columns.addArrayOfString(json).addArrayOfString(search);
  }

  private static void changes(Tuple columns, List<ArchivedEvent> events) {
    int n = events.size();
    String[] room = new String[n];
    Long[] seq = new Long[n];
    @Nullable String[] body = new String[n];
    @Nullable Boolean[] on = new Boolean[n];
    @Nullable String[] search = new String[n];
    @Nullable Long[] number = new Long[n];
    for (int i = 0; i < n; i++) {
      ArchivedEvent event = events.get(i);
      room[i] = event.room();
      seq[i] = event.seq();
      switch (event.change()) {
        case Change.Edit edit -> {
          body[i] = edit.body();
          search[i] = edit.search();
        }
        case Change.React reaction -> {
          body[i] = reaction.emoji();
          on[i] = reaction.on();
        }
        case Change.Retain retain -> number[i] = retain.seconds();
        case Change.Delete delete -> {}
        case null -> {}
      }
    }
    columns.addArrayOfString(room).addArrayOfLong(seq).addArrayOfString(body);
    columns.addArrayOfBoolean(on).addArrayOfString(search).addArrayOfLong(number);
  }

  private static void marks(Tuple columns, List<ReadMark> marks) {
    columns.addArrayOfString(marks.stream().map(ReadMark::room).toArray(String[]::new));
    columns.addArrayOfString(marks.stream().map(ReadMark::user).toArray(String[]::new));
    columns.addArrayOfLong(marks.stream().map(ReadMark::seq).toArray(Long[]::new));
  }
}
