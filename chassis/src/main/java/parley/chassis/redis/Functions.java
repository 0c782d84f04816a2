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

  /** A function's answer: an array of numbers as Long and text as bytes. */
  public static List<?> answer(@Nullable Response response) {
    List<@Nullable Object> items = new ArrayList<>();
    for (int i = 0; response != null && i < response.size(); i++) {
      items.add(item(response.get(i)));
    }
    return items;
  }

  /** What a refusal of Redis means. */
  public static RedisError error(RedisRefusal refusal) {
    return RedisError.of(String.valueOf(refusal.getMessage()));
  }

  /** Whether Redis answered that it does not know the function. */
  public static boolean isLibraryMissing(Throwable failure) {
    return failure instanceof RedisRefusal refusal
        && error(refusal) == RedisError.FUNCTIONS_MISSING;
  }

  /** Preparation of a connection: the library is there, ours or a newer one. */
  public static Future<?> load(RedisCommands connection) {
    return once(connection, Version.call())
        .transform(
            outcome -> {
              if (outcome.succeeded()) {
                return Version.reply(outcome.result()).isToBeReplaced()
                    ? load(connection, true)
                    : Future.succeededFuture();
              }
              return isLibraryMissing(outcome.cause())
                  ? load(connection, false)
                  : Future.failedFuture(outcome.cause());
            });
  }

  /**
   * A library that was missing is loaded without replacing: of several that load it at the same
   * time one does, for each load forgets the clock and so closes all shards.
   */
  private static Future<@Nullable Response> load(RedisCommands connection, boolean replacing) {
    Request load = Request.cmd(Command.FUNCTION).arg("LOAD");
    if (replacing) {
      load.arg("REPLACE");
    }
    return connection
        .send(load.arg(FunctionLibrary.source()))
        .recover(
            failure ->
                !replacing && String.valueOf(failure.getMessage()).contains("already exists")
                    ? Future.succeededFuture()
                    : Future.failedFuture(failure));
  }

  private static Future<List<?>> once(RedisCommands connection, FunctionCall call) {
    return connection.send(request(call)).map(Functions::answer);
  }

  private static @Nullable Object item(@Nullable Response item) {
    if (item == null) {
      return null;
    }
    return switch (item.type()) {
      case NUMBER -> item.toLong();
      case BULK -> item.toBytes();
      default -> item.toString(StandardCharsets.UTF_8);
    };
  }
}
