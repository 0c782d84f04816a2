package parley.chat.peers;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
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
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.chat.refusals.Refused;

/**
 * history-service, as far as this service asks it. One replica after the other is tried; if none
 * answers the request is refused as {@code unavailable}, never answered with a guess.
 */
public final class History {
  private static final Logger LOG = LoggerFactory.getLogger(History.class);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(3);
  private static final int EVENTS_IN_A_PAGE = 200;
  private static final int ROOMS_IN_A_QUESTION = 500;

  private final Peer peer;
  private final List<String> replicas;
  private final AtomicInteger next = new AtomicInteger();

  public History(HttpClient client, String clusterSecret, List<String> replicas) {
    this.peer = new Peer(client, clusterSecret);
    this.replicas = List.copyOf(replicas);
  }

  /** Number and position of the last committed event of a room. */
  public record Head(long seq, long pos) {
    public static final Head NONE = new Head(0, 0);
  }

  /** Highest pos of a shard that is committed. */
  public long floor(int shard) {
    return ask(HttpMethod.GET, "/internal/shards/" + shard + "/heads", null)
        .json()
        .getLong("floor", 0L);
  }

  public Map<String, Head> committed(Collection<String> rooms) {
    List<String> all = List.copyOf(rooms);
    Map<String, Head> heads = new HashMap<>();
    for (int from = 0; from < all.size(); from += ROOMS_IN_A_QUESTION) {
      List<String> some = all.subList(from, Math.min(all.size(), from + ROOMS_IN_A_QUESTION));
      JsonObject question = new JsonObject().put("rooms", new JsonArray(some));
      JsonObject found =
          ask(HttpMethod.POST, "/internal/rooms/heads", question).json().getJsonObject("heads");
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
              .json()
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

  /** A message by its number, also one that is still on its way into Postgres. */
  public @Nullable JsonObject message(String room, long seq) {
    Peer.Reply reply =
        ask(HttpMethod.GET, "/internal/rooms/" + encode(room) + "/messages/" + seq, null);
    return reply.status() == 404 ? null : reply.json();
  }

  /** Of each room: how many messages the user has not read, and the last one. */
  public JsonObject unread(String user, List<String> rooms) {
    if (rooms.isEmpty()) {
      return new JsonObject();
    }
    JsonObject question = new JsonObject().put("rooms", new JsonArray(rooms));
    return ask(HttpMethod.POST, "/internal/users/" + encode(user) + "/unread", question)
        .json()
        .getJsonObject("rooms", new JsonObject());
  }

  private Peer.Reply ask(HttpMethod method, String path, @Nullable JsonObject body) {
    int first = next.getAndIncrement();
    for (int i = 0; i < replicas.size(); i++) {
      String replica = replicas.get(Math.floorMod(first + i, replicas.size()));
      try {
        Peer.Reply reply =
            Future.await(
                peer.ask(method, replica + path, body, ANSWER_WITHIN)
                    .timeout(ANSWER_WITHIN.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS));
        if (reply.status() == 200 || reply.status() == 404) {
          return reply;
        }
        LOG.warn("history-service {}: {} answered {}", replica, path, reply.status());
      } catch (RuntimeException e) {
        LOG.warn("history-service {}: {}", replica, e.toString());
      }
    }
    throw Refused.unavailable("The history");
  }

  private static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
