package parley.gateway.transport;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Lane;
import parley.protocol.RedisKeys;
import parley.protocol.functions.Clock;

/**
 * {@code session:<pid>} in Redis: who may recover what. A hash of {@code owner} (raised by each
 * takeover, so that the writes of earlier owners do nothing), {@code sid}, {@code user}, {@code
 * token} (of a guest who showed none), {@code r:<room>} for each room: the {@code pos} of its join,
 * and {@code fence}: the life of Redis under which it was written whole. In a later one a room may
 * be missing: then its owner writes it anew, and nobody takes it over before.
 */
final class SessionRecords {
  /** How long a client may be away; the lease is renewed often in that time. */
  static final Duration LEASE = Duration.ofMinutes(2);

  /** The epoch of a session's first owner; each takeover raises it. */
  static final String FIRST_OWNER = "1";

  private static final String ROOM = "r:";
  private static final String OPEN = script("session-open.lua");
  private static final String TAKE = script("session-take.lua");
  private static final String NOTE = script("session-note.lua");
  private static final String RENEW = script("session-renew.lua");
  private static final String FORGET = script("session-forget.lua");

  private SessionRecords() {}

  /** What Redis knew of a session that was taken over. */
  record Taken(String owner, String sid, String fence, Map<String, Long> joinPosByRoom) {}

  enum Outcome {
    DONE,
    NOT_OURS,
    ABSENT
  }

  /** Keeps a session under its owner's epoch; again, after Redis has lost it. */
  static Future<Outcome> open(
      Lane lane, String pid, String owner, String sid, String user, Map<String, String> more) {
    return fence(lane)
        .compose(
            fence -> {
              Request request = eval(OPEN, pid).arg(owner).arg(LEASE.toMillis()).arg(sid).arg(user);
              request.arg("fence").arg(fence);
              more.forEach((field, value) -> request.arg(field).arg(value));
              return lane.send(request);
            })
        .map(SessionRecords::outcome);
  }

  /** The life of Redis that now is. */
  static Future<String> fence(Lane lane) {
    return lane.call(Clock.call()).map(reply -> Clock.reply(reply).fence());
  }

  /** The fields of a session as they are kept; rooms with their join {@code pos}. */
  static Map<String, String> fields(Map<String, Long> joinPosByRoom, @Nullable String guestToken) {
    Map<String, String> fields = new LinkedHashMap<>();
    joinPosByRoom.forEach((room, pos) -> fields.put(ROOM + room, Long.toString(pos)));
    if (guestToken != null) {
      fields.put("token", guestToken);
    }
    return fields;
  }

  /** Null if there is none of this user, or if Redis may have forgotten something of it. */
  static Future<@Nullable Taken> takeOver(Lane lane, String pid, String user) {
    Future<String> fence = fence(lane); // in the same write to Redis: no other life lies between
    return lane.send(eval(TAKE, pid).arg(LEASE.toMillis()).arg(user))
        .map(SessionRecords::taken)
        .compose(
            taken -> fence.map(now -> taken != null && taken.fence().equals(now) ? taken : null));
  }

  /** The token of a guest who shows none. */
  static Future<@Nullable String> guestToken(Lane lane, String pid) {
    return lane.send(Request.cmd(Command.HGET).arg(RedisKeys.session(pid)).arg("token"))
        .map(token -> token == null ? null : token.toString());
  }

  static Future<Outcome> joined(Lane lane, String pid, String owner, String room, long pos) {
    Request request = eval(NOTE, pid).arg(owner).arg(ROOM + room).arg(Long.toString(pos));
    return lane.send(request).map(SessionRecords::outcome);
  }

  static Future<Outcome> left(Lane lane, String pid, String owner, String room) {
    return lane.send(eval(NOTE, pid).arg(owner).arg(ROOM + room)).map(SessionRecords::outcome);
  }

  static Future<Outcome> renew(Lane lane, String pid, String owner, String fence) {
    return lane.send(eval(RENEW, pid).arg(owner).arg(LEASE.toMillis()).arg(fence))
        .map(SessionRecords::outcome);
  }

  static Future<Void> forget(Lane lane, String pid, String owner) {
    return lane.send(eval(FORGET, pid).arg(owner)).mapEmpty();
  }

  private static @Nullable Taken taken(@Nullable Response response) {
    Map<String, String> fields = new HashMap<>();
    if (response == null || response.size() == 0) {
      return null;
    }
    for (int i = 0; i + 1 < response.size(); i += 2) {
      fields.put(response.get(i).toString(), response.get(i + 1).toString());
    }
    Map<String, Long> rooms = new HashMap<>();
    fields.forEach(
        (field, value) -> {
          if (field.startsWith(ROOM)) {
            rooms.put(field.substring(ROOM.length()), Long.parseLong(value));
          }
        });
    String owner = fields.get("owner");
    String sid = fields.get("sid");
    return owner == null || sid == null
        ? null
        : new Taken(owner, sid, fields.getOrDefault("fence", ""), rooms);
  }

  private static Outcome outcome(@Nullable Response response) {
    int word = response == null ? 0 : response.toInteger();
    return word > 0 ? Outcome.DONE : word < 0 ? Outcome.ABSENT : Outcome.NOT_OURS;
  }

  private static Request eval(String script, String pid) {
    return Request.cmd(Command.EVAL).arg(script).arg(1).arg(RedisKeys.session(pid));
  }

  private static String script(String name) {
    try (InputStream lua =
        SessionRecords.class.getResourceAsStream("/parley/gateway/transport/" + name)) {
      if (lua == null) {
        throw new IllegalStateException(name + " is missing from the jar");
      }
      return new String(lua.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
