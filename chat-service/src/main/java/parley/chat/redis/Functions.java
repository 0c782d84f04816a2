package parley.chat.redis;

import io.vertx.core.Future;
import java.util.ArrayList;
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
  private static final int AT_ONCE_MAX = 100;

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

  /** The answers of many calls that do not depend on each other, some of them under way at once. */
  public List<List<?>> all(List<FunctionCall> calls) {
    List<List<?>> answers = new ArrayList<>(calls.size());
    for (int from = 0; from < calls.size(); from += AT_ONCE_MAX) {
      List<Future<List<?>>> asked =
          calls.subList(from, Math.min(calls.size(), from + AT_ONCE_MAX)).stream()
              .map(link::call)
              .toList();
      answer(Future.all(asked).mapEmpty());
      asked.forEach(done -> answers.add(done.result()));
    }
    return answers;
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
