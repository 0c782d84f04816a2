package parley.gateway.bus;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.chassis.redis.RedisCommands;
import parley.chassis.redis.RedisRefusal;
import parley.protocol.functions.FunctionCall;
import parley.protocol.functions.FunctionLibrary;
import parley.protocol.functions.RedisError;
import parley.protocol.functions.Version;

/** Function calls as commands, and their answers. */
final class Redis {
  private static final Command FCALL = Command.create("FCALL");
  private static final Command FUNCTION = Command.create("FUNCTION");

  private Redis() {}

  static Request request(FunctionCall call) {
    Request request = Request.cmd(FCALL).arg(call.name()).arg(call.keys().size());
    call.keys().forEach(request::arg);
    call.args().forEach(argument -> request.arg(argument.getBytes(StandardCharsets.UTF_8)));
    return request;
  }

  /** A function's answer: an array of integers and bytes. */
  static List<?> answer(@Nullable Response response) {
    List<@Nullable Object> items = new ArrayList<>();
    for (int i = 0; response != null && i < response.size(); i++) {
      items.add(item(response.get(i)));
    }
    return items;
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

  /**
   * Done on each fresh connection: the library of functions is there, in our version or a newer.
   */
  static Future<?> prepare(RedisCommands connection) {
    return connection
        .send(request(Version.call()))
        .map(response -> Version.reply(answer(response)).isToBeReplaced())
        .transform(
            replace -> {
              if (replace.succeeded()) {
                return replace.result() ? load(connection, true) : Future.succeededFuture();
              }
              return isLibraryMissing(replace.cause())
                  ? load(connection, false)
                  : Future.failedFuture(replace.cause());
            });
  }

  /**
   * A library that was missing is loaded without replacing: of several that load it at the same
   * time one does, for each load forgets the clock and so closes all shards.
   */
  private static Future<@Nullable Response> load(RedisCommands connection, boolean replacing) {
    Request load = Request.cmd(FUNCTION).arg("LOAD");
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

  private static boolean isLibraryMissing(@Nullable Throwable failure) {
    return failure instanceof RedisRefusal refusal
        && error(refusal) == RedisError.FUNCTIONS_MISSING;
  }

  static RedisError error(RedisRefusal refusal) {
    return RedisError.of(String.valueOf(refusal.getMessage()));
  }
}
