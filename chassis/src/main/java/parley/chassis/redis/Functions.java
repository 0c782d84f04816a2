package parley.chassis.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.protocol.functions.FunctionCall;
import parley.protocol.functions.FunctionLibrary;
import parley.protocol.functions.RedisError;
import parley.protocol.functions.Version;

/**
 * Calls of Parley's function library over a connection, and the library itself onto a fresh one.
 */
public final class Functions {
  private Functions() {}

  /**
   * The answer as the function's class reads it. Where Redis has forgotten the library it is loaded
   * and the call made once more: nothing had been done.
   */
  public static Future<List<?>> call(RedisLink link, FunctionCall call) {
    return once(link, call)
        .recover(
            failure ->
                isLibraryMissing(failure)
                    ? link.prepareAgain().compose(done -> once(link, call))
                    : Future.failedFuture(failure));
  }

  /** The {@code FCALL}, for a batch. */
  public static Request request(FunctionCall call) {
    Request request = Request.cmd(Command.FCALL).arg(call.name()).arg(call.keys().size());
    call.keys().forEach(key -> request.arg(key.getBytes(StandardCharsets.UTF_8)));
    call.args().forEach(arg -> request.arg(arg.getBytes(StandardCharsets.UTF_8)));
    return request;
  }

  /** An array that a function answered: numbers as Long, text as String. */
  public static List<?> items(@Nullable Response response) {
    List<@Nullable Object> items = new ArrayList<>();
    if (response != null) {
      for (Response item : response) {
        items.add(value(item));
      }
    }
    return items;
  }

  /** Whether Redis answered that it does not know the function. */
  public static boolean isLibraryMissing(Throwable failure) {
    return failure instanceof RedisRefusal
        && RedisError.of(String.valueOf(failure.getMessage())) == RedisError.FUNCTIONS_MISSING;
  }

  /** Preparation of a connection: the library is there, ours or a newer one. */
  public static Future<?> load(RedisCommands connection) {
    return once(connection, Version.call())
        .map(answer -> Version.reply(answer).isToBeReplaced())
        .recover(
            failure ->
                isLibraryMissing(failure)
                    ? Future.succeededFuture(true)
                    : Future.failedFuture(failure))
        .compose(
            replace ->
                replace
                    ? connection.send(
                        Request.cmd(Command.FUNCTION)
                            .arg("LOAD")
                            .arg("REPLACE")
                            .arg(FunctionLibrary.source()))
                    : Future.succeededFuture());
  }

  private static Future<List<?>> once(RedisCommands connection, FunctionCall call) {
    return connection.send(request(call)).map(Functions::items);
  }

  private static @Nullable Object value(@Nullable Response response) {
    if (response == null) {
      return null;
    }
    return switch (response.type()) {
      case MULTI -> items(response);
      case NUMBER -> response.toLong();
      default -> response.toString(StandardCharsets.UTF_8);
    };
  }
}
