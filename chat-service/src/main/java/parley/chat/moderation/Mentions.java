package parley.chat.moderation;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import parley.chat.redis.Functions;
import parley.chat.redis.Notices;
import parley.chat.refusals.Refused;
import parley.chat.rooms.Rooms;
import parley.protocol.ErrorCode;
import parley.protocol.Ids;
import parley.protocol.RedisKeys;

/**
 * {@code @user} in a message: the user's devices are told, once, if the user may read the room. A
 * gateway hands an event with an {@code @} in its text over here after it was accepted, so that a
 * plain send needs nobody.
 */
public final class Mentions {
  /** More in one message are not told. */
  private static final int USERS_MAX = 20;

  /** As long as a message's key may bring the same message again. */
  private static final Duration ONCE_FOR = Duration.ofMinutes(20);

  private static final Pattern MENTION =
      Pattern.compile("(?<![\\p{L}\\p{N}_])@([\\p{L}\\p{N}_][\\p{L}\\p{N}_.-]{0,63})");

  private final Functions functions;
  private final RedisKeys keys;
  private final Notices notices;
  private final Rooms rooms;

  public Mentions(Functions functions, RedisKeys keys, Notices notices, Rooms rooms) {
    this.functions = functions;
    this.keys = keys;
    this.notices = notices;
    this.rooms = rooms;
  }

  /** Answers how many were told. */
  public int notify(String room, JsonObject event) {
    String text = event.getString("text", "");
    Long seq = event.getLong("seq");
    if (seq == null) {
      throw Refused.of(ErrorCode.INVALID, "seq is missing");
    }
    int told = 0;
    for (String user : mentioned(text)) {
      if (mayRead(room, user) && isFirst(room, seq, user)) {
        notices.user(user, "mention", new JsonObject().put("room", room).put("message", event));
        told++;
      }
    }
    return told;
  }

  static Set<String> mentioned(String text) {
    Set<String> users = new LinkedHashSet<>();
    Matcher matcher = MENTION.matcher(text);
    while (matcher.find() && users.size() < USERS_MAX) {
      // A full stop or hyphen at the end belongs to the sentence.
      String user = matcher.group(1).replaceAll("[.-]+$", "");
      if (Ids.userProblem(user) == null) {
        users.add(user);
      }
    }
    return users;
  }

  private boolean mayRead(String room, String user) {
    try {
      rooms.access(room, user);
      return true;
    } catch (Refused e) {
      return false;
    }
  }

  private boolean isFirst(String room, long seq, String user) {
    String key =
        keys.shard(keys.shards().of(room)).tag() + "mention:" + room + ":" + seq + ":" + user;
    return functions.text("SET", key, "1", "NX", "EX", Long.toString(ONCE_FOR.toSeconds())) != null;
  }
}
