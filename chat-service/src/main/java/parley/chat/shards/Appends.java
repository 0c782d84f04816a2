package parley.chat.shards;

import org.jspecify.annotations.Nullable;
import parley.chat.redis.Functions;
import parley.chat.refusals.Refused;
import parley.protocol.ErrorCode;
import parley.protocol.RedisKeys;
import parley.protocol.RoomKeys;
import parley.protocol.functions.Append;
import parley.protocol.functions.AppendReply;

/** Appends events of this service, opening the shard and loading the room when that is needed. */
public final class Appends {
  /** Opening, then loading, then once more for a failover in between. */
  private static final int ATTEMPTS_MAX = 5;

  private final Functions functions;
  private final RedisKeys keys;
  private final Opener opener;
  private final AbsentRooms rooms;

  public Appends(Functions functions, RedisKeys keys, Opener opener, AbsentRooms rooms) {
    this.functions = functions;
    this.keys = keys;
    this.opener = opener;
    this.rooms = rooms;
  }

  /** Loads a room that an open shard does not know. */
  public interface AbsentRooms {
    void load(String room);
  }

  /**
   * The numbers of an event.
   *
   * @param repeated whether its key had been used before
   */
  public record Appended(long seq, long prev, long ts, boolean repeated) {}

  public Appended append(String room, String user, String key, String tail, Append.Change change) {
    RoomKeys roomKeys = keys.room(room);
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      Appended appended = once(roomKeys, user, key, tail, change);
      if (appended != null) {
        return appended;
      }
    }
    throw Refused.unavailable("Redis");
  }

  /** What was appended under a key of not long ago; null if nothing is known of it. */
  public @Nullable Appended known(String room, String user, String key) {
    RoomKeys of = keys.room(room);
    Appended first = known(of.keys0(), user + ':' + key);
    return first == null ? known(of.keys1(), user + ':' + key) : first;
  }

  private @Nullable Appended known(String hash, String field) {
    String value = functions.text("HGET", hash, field);
    return value == null ? null : repeated(Append.known(value));
  }

  private static Appended repeated(AppendReply.Repeat was) {
    return new Appended(was.seq(), was.prev(), was.ts(), true);
  }

  private @Nullable Appended once(
      RoomKeys room, String user, String key, String tail, Append.Change change) {
    AppendReply reply =
        Append.reply(
            functions.call(Append.service(room, user, new Append.Key.Client(key), tail, change)));
    return switch (reply) {
      case AppendReply.Ok ok -> new Appended(ok.seq(), ok.prev(), ok.ts(), false);
      case AppendReply.Repeat was -> repeated(was);
      case AppendReply.Closed closed -> {
        opener.tryOpen(room.shard().index(), closed.fence());
        yield null;
      }
      case AppendReply.Reopened reopened -> null; // Only said to those who name an epoch.
      case AppendReply.Absent absent -> {
        rooms.load(room.room());
        yield null;
      }
      case AppendReply.Denied denied ->
          throw denied.retryAfterMs() > 0
              ? Refused.until(denied.code(), denied.retryAfterMs())
              : Refused.of(denied.code());
      case AppendReply.Full full -> throw Refused.until(ErrorCode.FULL, full.retryAfterMs());
    };
  }
}
