package parley.gateway.room;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Lane;
import parley.gateway.bus.Refused;
import parley.protocol.ErrorCode;
import parley.protocol.LogEntry;
import parley.protocol.functions.Recent;

/**
 * The past of rooms, from the nearest place that has it: recent, the log, history. What is asked at
 * the same time is asked once, and what recent answers goes into the room's ring, where the next
 * who asks finds it. Bus thread only.
 */
final class Past {
  /** Entries of the log in one answer, and answers in one search. */
  private static final int LOG_ENTRIES = 500;

  private static final int LOG_PAGES_MAX = 20;

  /** Events that one answer holds at most. */
  static final int EVENTS_MAX = 512;

  /** How long who asks for the same is not looked for again when it could not be found out. */
  private static final long UNKNOWN_KEPT_MS = 500;

  private final Lane lane;
  private final History history;
  private final RoomMeters meters;
  private final Map<Room, Future<List<Event>>> recents = new HashMap<>();
  private final Map<String, Future<Page>> searches = new HashMap<>();

  /** What was missed in order and without a break, up to this seq. */
  record Stretch(List<Event> events, long upTo) {}

  Past(Lane lane, History history, RoomMeters meters) {
    this.lane = lane;
    this.meters = meters;
    this.history = history;
  }

  /** For a room: what comes behind its own last event. */
  Future<Page> missed(Room room) {
    long after = room.last();
    return lane.call(Recent.call(room.keys, after))
        .compose(
            answer ->
                switch (Recent.reply(answer)) {
                  case Recent.Reply.Ok ok ->
                      Future.succeededFuture(
                          new Page.Found(parse(ok.events()), Page.Source.RECENT));
                  case Recent.Reply.Incomplete incomplete -> behind(room, after, room.lastPos());
                  case Recent.Reply.Absent absent -> search(room, after, room.lastPos());
                });
  }

  /**
   * For a client: what comes behind a seq that the ring does not reach back to. Does not fail.
   *
   * @param afterPos a pos that is not above that of the seq; 0 if not known
   */
  Future<Page> behind(Room room, long after, long afterPos) {
    return whole(room)
        .otherwise(List.of())
        .compose(
            chain -> {
              Page page = Page.link(chain, after, Page.Source.RECENT);
              return page instanceof Page.Missing
                  ? search(room, after, afterPos)
                  : Future.succeededFuture(page);
            });
  }

  /** All that recent holds of a room, in order and without a break; put into its ring. */
  Future<List<Event>> whole(Room room) {
    Future<List<Event>> running = recents.get(room);
    if (running != null) {
      return running;
    }
    Future<List<Event>> asked =
        lane.send(Request.cmd(Command.HVALS).arg(room.keys.recent()))
            .map(values -> room.ring.recall(chain(values), System.nanoTime()));
    recents.put(room, asked);
    return asked.onComplete(ignored -> recents.remove(room));
  }

  private static List<Event> chain(@Nullable Response values) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; values != null && i < values.size(); i++) {
      Event event = Event.parse(values.get(i).toBytes(), System.nanoTime());
      if (event != null) {
        events.add(event);
      }
    }
    events.sort(Comparator.comparingLong((Event event) -> event.seq).reversed());
    ArrayDeque<Event> chain = new ArrayDeque<>();
    for (Event event : events) {
      if (chain.isEmpty() || event.seq == chain.getFirst().prev) {
        chain.addFirst(event);
      } else if (event.seq < chain.getFirst().prev) {
        break;
      } // else it was lost with its Redis, and its slot not yet used again
    }
    return new ArrayList<>(chain);
  }

  /**
   * For a client that comes back: what comes behind a pos, as far as the room's ring, in order and
   * without a break. Fails if that may be had another time.
   *
   * @param max events; null also when there are more
   */
  Future<@Nullable Stretch> behindPos(Room room, long pos, int max) {
    return anchor(room, pos)
        .compose(
            anchor ->
                anchor == null
                    ? Future.succeededFuture()
                    : collect(room, anchor, pos, max, new ArrayList<>()));
  }

  private Future<@Nullable Stretch> collect(
      Room room, long after, long afterPos, int max, List<Event> found) {
    if (after >= room.ring.floorSeq()) {
      return Future.succeededFuture(new Stretch(found, after));
    }
    return search(room, after, afterPos)
        .compose(
            page -> {
              if (page instanceof Page.Unknown) {
                return Future.failedFuture(Refused.of(ErrorCode.UNAVAILABLE, "the past is away"));
              }
              if (!(page instanceof Page.Found more)
                  || more.events().isEmpty()
                  || found.size() + more.events().size() > max) {
                return Future.succeededFuture();
              }
              meters.resumed(more.source());
              found.addAll(more.events());
              Event last = found.getLast();
              return collect(room, last.seq, last.pos, max, found);
            });
  }

  /** The seq of a room's last event up to a pos; null if nobody can tell. */
  private Future<@Nullable Long> anchor(Room room, long pos) {
    return anchorInRedis(room, pos)
        .recover(unavailable -> Future.succeededFuture())
        .compose(
            seq ->
                seq != null
                    ? Future.succeededFuture(seq)
                    : here(history.anchor(room.keys.room(), pos)));
  }

  /** The room's head if nothing came since; else the log can tell, if nothing was trimmed of it. */
  private Future<@Nullable Long> anchorInRedis(Room room, long pos) {
    return lane.send(Request.cmd(Command.HMGET).arg(room.keys.hash()).arg("head").arg("pos"))
        .compose(
            head ->
                head != null && head.get(1) != null && head.get(1).toLong() <= pos
                    ? Future.succeededFuture(head.get(0).toLong())
                    : anchorInLog(room, pos));
  }

  private Future<@Nullable Long> anchorInLog(Room room, long pos) {
    return isWhole(room, pos)
        .compose(
            whole -> whole ? anchorInLog(room, pos, 0) : Future.<@Nullable Long>succeededFuture())
        .compose(
            seq ->
                seq == null
                    ? Future.<@Nullable Long>succeededFuture()
                    : isWhole(room, pos).map(still -> still ? seq : null));
  }

  private Future<Boolean> isWhole(Room room, long behindPos) {
    return lane.send(Request.cmd(Command.HGET).arg(room.keys.shard().shard()).arg("stored"))
        .map(stored -> stored == null || stored.toLong() <= behindPos);
  }

  private Future<@Nullable Long> anchorInLog(Room room, long fromPos, int pages) {
    return lane.send(range(room, "(" + fromPos + "-0", LOG_ENTRIES))
        .compose(
            entries -> {
              int count = entries == null ? 0 : entries.size();
              for (int i = 0; i < count; i++) {
                Event event = event(room, entries.get(i).get(1));
                if (event != null) {
                  return Future.succeededFuture(event.prev);
                }
              }
              return count < LOG_ENTRIES || pages + 1 >= LOG_PAGES_MAX
                  ? Future.succeededFuture()
                  : anchorInLog(room, LogEntry.pos(id(entries, count - 1)), pages + 1);
            });
  }

  private static String id(Response entries, int i) {
    return entries.get(i).get(0).toString();
  }

  private static Request range(Room room, String from, int count) {
    return Request.cmd(Command.XRANGE)
        .arg(room.keys.shard().log())
        .arg(from)
        .arg("+")
        .arg("COUNT")
        .arg(count);
  }

  private Future<Page> search(Room room, long after, long afterPos) {
    String what = room.channel + " " + after;
    Future<Page> running = searches.get(what);
    if (running != null) {
      return running;
    }
    Future<Page> asked =
        log(room, after, afterPos, new ArrayList<>(), 0)
            .otherwise(new Page.Unknown())
            .compose(
                page ->
                    page instanceof Page.Missing || page instanceof Page.Unknown
                        ? archived(room, after, page)
                        : Future.succeededFuture(page));
    searches.put(what, asked);
    return asked.onSuccess(
        page -> {
          if (page instanceof Page.Unknown) {
            lane.context()
                .owner()
                .setTimer(
                    UNKNOWN_KEPT_MS,
                    late -> lane.context().runOnContext(ignored -> searches.remove(what)));
          } else {
            searches.remove(what);
          }
        });
  }

  /**
   * What history has. It has what it has in order: so if it knows something later, what it does not
   * know is nowhere; if it knows nothing later, the log counts.
   */
  private Future<Page> archived(Room room, long after, Page inLog) {
    return here(history.behind(room.keys.room(), after, EVENTS_MAX))
        .map(events -> events.isEmpty() ? inLog : Page.link(events, after, Page.Source.HISTORY))
        .otherwise(new Page.Unknown());
  }

  private <T> Future<T> here(Future<T> anywhere) {
    Promise<T> promise = Promise.promise();
    anywhere.onComplete(outcome -> lane.context().runOnContext(ignored -> promise.handle(outcome)));
    return promise.future();
  }

  /** Reads the log from a pos on, picking the room's events; unknown if it is too long for that. */
  private Future<Page> log(Room room, long after, long fromPos, List<Event> found, int pages) {
    return lane.send(range(room, "(" + fromPos + "-0", LOG_ENTRIES))
        .compose(
            entries -> {
              int count = entries == null ? 0 : entries.size();
              long pos = fromPos;
              for (int i = 0; i < count; i++) {
                Response entry = entries.get(i);
                pos = LogEntry.pos(id(entries, i));
                Event event = event(room, entry.get(1));
                if (event != null && event.seq > after) {
                  found.add(event);
                }
              }
              Page page = Page.link(found, after, Page.Source.LOG);
              boolean foreign = !found.isEmpty() && page instanceof Page.Missing;
              if (foreign || count < LOG_ENTRIES || found.size() >= EVENTS_MAX) {
                return Future.succeededFuture(page);
              }
              if (pages + 1 >= LOG_PAGES_MAX) {
                return Future.succeededFuture(found.isEmpty() ? new Page.Unknown() : page);
              }
              return log(room, after, pos, found, pages + 1);
            });
  }

  private static @Nullable Event event(Room room, Response fields) {
    LogEntry entry = LogEntry.parse(fields.get(0).toString(), fields.get(1).toBytes());
    return entry instanceof LogEntry.Event event && event.room().equals(room.keys.room())
        ? Event.parse(event.json().getBytes(StandardCharsets.UTF_8), System.nanoTime())
        : null;
  }

  private static List<Event> parse(List<byte[]> jsons) {
    List<Event> events = new ArrayList<>(jsons.size());
    for (byte[] json : jsons) {
      Event event = Event.parse(json, System.nanoTime());
      if (event != null) {
        events.add(event);
      }
    }
    return events;
  }
}
