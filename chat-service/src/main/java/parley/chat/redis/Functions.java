package parley.chat.redis;

import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import parley.chassis.redis.RedisRefusal;
import parley.chassis.redis.RedisUnavailable;
import parley.chat.refusals.Refused;
import parley.protocol.ErrorCode;
import parley.protocol.functions.FunctionCall;
import parley.protocol.functions.RedisError;

/** Calls functions and the few plain commands that this service needs; each parks its thread. */
public final class Functions {
  private final Link link;

  public Functions(Link link) {
    this.link = link;
  }

  /** What is asked of the connection to Redis. */
  public interface Link {
    Future<List<?>> call(FunctionCall call);

    /** Integers as Long, strings as String, arrays as List, nothing as null. */
    Future<@Nullable Object> command(String name, String... arguments);
  }

  public List<?> call(FunctionCall call) {
    return answer(link.call(call));
  }

  public @Nullable String text(String name, String... arguments) {
    Object answer = answer(link.command(name, arguments));
    return answer == null ? null : answer.toString();
  }

  public List<?> list(String name, String... arguments) {
    return (List<?>) Objects.requireNonNull(answer(link.command(name, arguments)));
  }

  public void publish(String shardedChannel, String payload) {
    answer(link.command("SPUBLISH", shardedChannel, payload));
  }

  /** An outage becomes a refusal with a time to retry; only a fault of ours is left as it is. */
  private static <T extends @Nullable Object> T answer(Future<T> asked) {
    try {
      return Future.await(asked);
    } catch (RedisUnavailable e) {
      throw Refused.unavailable("Redis");
    } catch (RedisRefusal e) {
      throw switch (RedisError.of(String.valueOf(e.getMessage()))) {
        case OUT_OF_MEMORY -> Refused.of(ErrorCode.FULL);
        case FUNCTIONS_MISSING, UNAVAILABLE, MOVED -> Refused.unavailable("Redis");
        case REFUSED -> e;
      };
    }
  }
}
