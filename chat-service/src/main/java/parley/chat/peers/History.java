package parley.chat.peers;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.chassis.http.CallFailed;
import parley.chassis.http.InternalClient;
import parley.chat.refusals.Refused;
import parley.protocol.ErrorCode;
import parley.protocol.User;
import parley.protocol.functions.Rekey;

/**
 * history-service, as far as this service asks it. One replica after the other is tried; if none
 * answers the request is refused as {@code unavailable}, never answered with a guess.
 */
public final class History {
  private static final Logger LOG = LoggerFactory.getLogger(History.class);
  public static final Duration ANSWER_WITHIN = Duration.ofSeconds(4);
  private static final int EVENTS_IN_A_PAGE = 200;
  private static final int ROOMS_IN_A_QUESTION = 500;

  private final InternalClient client;

  public History(InternalClient client) {
    this.client = client;
  }

  /** Number and position of the last committed event of a room. */
  public record Head(long seq, long pos) {
    public static final Head NONE = new Head(0, 0);
  }

  /**
   * How far Postgres is.
   *
   * @param stored highest pos of one shard that is committed
   * @param clock highest of all shards
   */
  public record Floor(long stored, long clock) {}

  public Floor floor(int shard) {
    JsonObject told = ask(HttpMethod.GET, "/internal/shards/" + shard + "/heads", null);
    long stored = told.getLong("floor", 0L);
    return new Floor(stored, told.getLong("clock", stored));
  }

  public Map<String, Head> committed(Collection<String> rooms) {
    List<String> all = List.copyOf(rooms);
    Map<String, Head> heads = new HashMap<>();
    for (int from = 0; from < all.size(); from += ROOMS_IN_A_QUESTION) {
      List<String> some = all.subList(from, Math.min(all.size(), from + ROOMS_IN_A_QUESTION));
      JsonObject question = new JsonObject().put("rooms", new JsonArray(some));
      JsonObject found =
          ask(HttpMethod.POST, "/internal/rooms/heads", question).getJsonObject("heads");
      for (String room : found.fieldNames()) {
        JsonObject head = found.getJsonObject(room);
        heads.put(room, new Head(head.getLong("seq"), head.getLong("pos")));
      }
    }
    return heads;
  }

  /** The JSONs of a room's committed events after one number and up to another. */
  public List<String> events(String room, long after, long until) {
    List<String> events = new ArrayList<>();
    long from = after;
    while (from < until) {
      String query = "?after=" + from + "&until=" + until + "&limit=" + EVENTS_IN_A_PAGE;
      JsonArray page =
          ask(HttpMethod.GET, "/internal/rooms/" + encode(room) + "/events" + query, null)
              .getJsonArray("events");
      for (Object event : page) {
        events.add(event instanceof JsonObject object ? object.encode() : (String) event);
      }
      if (page.size() < EVENTS_IN_A_PAGE) {
        break;
      }
      from = new JsonObject(events.getLast()).getLong("seq");
    }
    return events;
  }

  /** The keys that a room's events were sent under since a pos, the oldest first. */
  public List<Rekey.Keyed> keys(String room, long since) {
    List<Rekey.Keyed> keys = new ArrayList<>();
    for (Object each :
        ask(HttpMethod.GET, "/internal/rooms/" + encode(room) + "/keys?since=" + since, null)
            .getJsonArray("keys")) {
      JsonArray of = (JsonArray) each;
      String user = of.getString(0);
      keys.add(
          new Rekey.Keyed(
              user == null ? User.NOBODY : user,
              of.getString(1),
              of.getLong(2),
              of.getLong(3),
              of.getLong(4),
              of.getLong(5)));
    }
    return keys;
  }

  /** Whether an event of this service is committed, however long ago. */
  public boolean hasChange(String room, String key) {
    String path = "/internal/rooms/" + encode(room) + "/changes/" + encode(key);
    return found(path) != null;
  }

  /** A message by its number, also one that is still on its way into Postgres. */
  public @Nullable JsonObject message(String room, long seq) {
    return found("/internal/rooms/" + encode(room) + "/messages/" + seq);
  }

  private @Nullable JsonObject found(String path) {
    try {
      return ask(HttpMethod.GET, path, null);
    } catch (Refused e) {
      if (e.code() == ErrorCode.NOT_FOUND) {
        return null;
      }
      throw e;
    }
  }

  /**
   * Of each room: how many messages the user has not read, the last one, how far the user has read,
   * and of direct rooms how far the other one has.
   */
  public JsonObject unread(String user, List<String> rooms, List<String> direct) {
    if (rooms.isEmpty()) {
      return new JsonObject();
    }
    JsonObject question =
        new JsonObject().put("rooms", new JsonArray(rooms)).put("direct", new JsonArray(direct));
    return ask(HttpMethod.POST, "/internal/users/" + encode(user) + "/unread", question)
        .getJsonObject("rooms", new JsonObject());
  }

  /** These questions change nothing, so each may be asked of another replica again. */
  private JsonObject ask(HttpMethod method, String path, @Nullable JsonObject body) {
    try {
      return Future.await(client.call(method, path, body, null, true));
    } catch (CallFailed e) {
      if (e.error().code() == ErrorCode.NOT_FOUND) {
        throw Refused.of(ErrorCode.NOT_FOUND);
      }
      LOG.warn("history-service, {}: {}", path, e.getMessage());
      throw Refused.unavailable("The history");
    }
  }

  private static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
