package parley.history.query;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.history.query.PageRequest.Span;
import parley.history.search.SearchQuery;
import parley.protocol.Seq;

/**
 * Scrollback. A page is cut by seq alone, and events arrive in the order of their seq, so cursors
 * neither skip nor repeat while the room goes on. A page that touches the room's end first waits
 * for what is still in the log.
 */
public final class Pages {
  /** Matches that are ranked, the newest first; older ones come with the next page. */
  static final int RANKED_MAX = 1_000;

  /** How many of a room's last events are looked through for one of a certain age. */
  private static final int ANCHOR_EVENTS = 4_096;

  private final Pools pools;
  private final RoomLog log;
  private final Waiting waiting;

  public Pages(Vertx vertx, Pools pools, RoomLog log) {
    this.pools = pools;
    this.log = log;
    this.waiting = new Waiting(vertx, pools.walking());
  }

  public Future<Page> page(PageRequest request) {
    return switch (request.span()) {
      case Span.Latest latest -> latest(request);
      case Span.Before before -> before(request, before.cursor());
      case Span.After after -> after(request, after.cursor());
      case Span.Around around -> around(request, around.cursor());
      case Span.Found found -> found(request, found);
    };
  }

  /**
   * One message with its edits and reactions, null if there is none; waits for all that the room's
   * log holds, since that may end the message.
   */
  public Future<@Nullable String> message(String room, long seq) {
    return log.head(room)
        .compose(head -> waiting.untilStored(room, head))
        .compose(
            stored ->
                pools
                    .walking()
                    .preparedQuery(Sql.MESSAGE)
                    .execute(Tuple.of(room, seq, PageRequest.NOBODY)))
        .map(rows -> rows.size() == 0 ? null : folded(rows.iterator().next(), 0));
  }

  /** Events as they were published, after a seq; waits for nothing. */
  public Future<List<String>> events(String room, long after, long until, int limit) {
    return pools
        .walking()
        .preparedQuery(Sql.EVENTS)
        .execute(Tuple.of(room, after, until, limit))
        .map(
            rows -> {
              List<String> events = new ArrayList<>(rows.size());
              rows.forEach(row -> events.add(row.getString(0)));
              return events;
            });
  }

  /**
   * The seq of a room's last event up to a pos, 0 if the whole room came later; null if none of the
   * last events is as old. Waits for nothing.
   */
  public Future<@Nullable Long> anchor(String room, long pos) {
    return pools
        .walking()
        .preparedQuery(Sql.ANCHOR)
        .execute(Tuple.of(room, pos, ANCHOR_EVENTS))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  private Future<Page> latest(PageRequest request) {
    return complete(request, Sql.OLDER, Seq.MAX + 1, request.limit() + 1)
        .map(run -> older(run, request.limit(), null));
  }

  private Future<Page> before(PageRequest request, Cursor cursor) {
    int limit = request.limit();
    return run(request, Sql.OLDER, cursor.seq(), limit + 1)
        .compose(
            run ->
                cursor.seq() <= run.head()
                    ? Future.succeededFuture(run)
                    : complete(request, Sql.OLDER, cursor.seq(), limit + 1))
        .map(run -> older(run, limit, cursor));
  }

  private Future<Page> after(PageRequest request, Cursor cursor) {
    int limit = request.limit();
    return complete(request, Sql.NEWER, cursor.seq(), limit + 1)
        .map(
            run -> {
              List<Shown> shown = run.shown(0, limit);
              boolean more = run.shown().size() > limit;
              return new Page(
                  texts(shown),
                  shown.isEmpty() ? null : Cursor.of(shown.getFirst().seq(), run.version()),
                  more ? Cursor.of(shown.getLast().seq(), run.version()) : null,
                  more && cursor.version() == run.version());
            });
  }

  private Future<Page> around(PageRequest request, Cursor cursor) {
    int older = request.limit() / 2 + 1;
    int newer = request.limit() - older;
    return complete(request, Sql.NEWER, cursor.seq(), newer + 1)
        .compose(
            after ->
                run(request, Sql.OLDER, cursor.seq() + 1, older + 1)
                    .map(
                        before -> {
                          boolean moreAfter = after.shown().size() > newer;
                          boolean moreBefore = before.shown().size() > older;
                          List<Shown> shown =
                              new ArrayList<>(before.shown(moreBefore ? 1 : 0, older));
                          shown.addAll(after.shown(0, newer));
                          long version = before.version();
                          return new Page(
                              texts(shown),
                              moreBefore ? Cursor.of(shown.getFirst().seq(), version) : null,
                              moreAfter ? Cursor.of(shown.getLast().seq(), version) : null,
                              moreAfter
                                  && cursor.version() == version
                                  && after.version() == version);
                        }));
  }

  private Future<Page> found(PageRequest request, Span.Found found) {
    SearchQuery query = found.query();
    Cursor cursor = found.cursor();
    Tuple values =
        Tuple.of(
            request.room(),
            cursor == null ? Seq.MAX + 1 : cursor.seq(),
            request.limit(),
            query.tsquery(request.room()),
            query.tsquery(),
            RANKED_MAX,
            request.asker());
    return complete(pools.searching(), request.room(), Sql.FOUND, values)
        .map(
            run -> {
              List<String> texts =
                  run.shown().stream().map(s -> Folding.highlighted(s.json(), query)).toList();
              Cursor older = run.oldest() == 0 ? null : Cursor.of(run.oldest(), -1);
              return new Page(texts, older, null, false);
            });
  }

  private static Page older(Run run, int limit, @Nullable Cursor asked) {
    boolean more = run.shown().size() > limit;
    List<Shown> shown = run.shown(more ? 1 : 0, limit);
    return new Page(
        texts(shown),
        more ? Cursor.of(shown.getFirst().seq(), run.version()) : null,
        asked == null || shown.isEmpty() ? null : Cursor.of(shown.getLast().seq(), run.version()),
        asked != null && asked.seq() <= run.head() && asked.version() == run.version());
  }

  private Future<Run> complete(PageRequest request, String sql, long from, int limit) {
    return complete(pools.walking(), request.room(), sql, values(request, from, limit));
  }

  /** Asks again once all is stored that the log held when the request came. */
  private Future<Run> complete(Pool pool, String room, String sql, Tuple values) {
    Future<Long> logged = log.head(room);
    return run(pool, sql, values)
        .compose(
            run ->
                logged.compose(
                    head ->
                        head <= run.head()
                            ? Future.succeededFuture(run)
                            : waiting
                                .untilStored(room, head)
                                .compose(stored -> run(pool, sql, values))));
  }

  private Future<Run> run(PageRequest request, String sql, long from, int limit) {
    return run(pools.walking(), sql, values(request, from, limit));
  }

  private static Tuple values(PageRequest request, long from, int limit) {
    return Tuple.of(request.room(), from, limit, request.asker());
  }

  private static Future<Run> run(Pool pool, String sql, Tuple values) {
    return pool.preparedQuery(sql).execute(values).map(Pages::read);
  }

  private static Run read(RowSet<Row> rows) {
    List<Shown> shown = new ArrayList<>(rows.size());
    long head = 0;
    long version = 0;
    long oldest = 0;
    for (Row row : rows) {
      head = orZero(row.getLong(0));
      version = orZero(row.getLong(1));
      Long seq = row.getLong(2);
      if (seq != null) {
        shown.add(new Shown(seq, folded(row, 3)));
        oldest = row.size() > 6 && row.getLong(6) >= RANKED_MAX ? row.getLong(7) : 0;
      }
    }
    return new Run(head, version, oldest, Collections.unmodifiableList(shown));
  }

  private static String folded(Row row, int at) {
    return Folding.fold(row.getString(at), row.getString(at + 1), row.getString(at + 2));
  }

  private static long orZero(@Nullable Long number) {
    return number == null ? 0 : number;
  }

  private static List<String> texts(List<Shown> shown) {
    return shown.stream().map(Shown::json).toList();
  }

  private record Shown(long seq, String json) {}

  /**
   * One query's answer.
   *
   * @param head of the room in Postgres
   * @param version the room's last change of something older
   * @param oldest of the ranked matches, if there may be more before it
   */
  private record Run(long head, long version, long oldest, List<Shown> shown) {
    List<Shown> shown(int from, int limit) {
      return shown.subList(from, Math.min(shown.size(), from + limit));
    }
  }
}
