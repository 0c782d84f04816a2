package parley.chat.redis;

import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import parley.protocol.functions.FunctionCall;

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
    return Future.await(link.call(call));
  }

  public @Nullable String text(String name, String... arguments) {
    Object answer = Future.await(link.command(name, arguments));
    return answer == null ? null : answer.toString();
  }

  public List<?> list(String name, String... arguments) {
    return (List<?>) Objects.requireNonNull(Future.await(link.command(name, arguments)));
  }

  public void publish(String shardedChannel, String payload) {
    Future.await(link.command("SPUBLISH", shardedChannel, payload));
  }
}
