package parley.protocol.functions;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A blocking connection to a Redis with the library loaded. */
final class FunctionClient implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final RedisConnection connection;

  FunctionClient(String url) {
    connection =
        await(
            Redis.createClient(
                    vertx,
                    new RedisOptions().setConnectionString(url).setProtocolNegotiation(false))
                .connect());
  }

  /** Loads the library as a process does before it uses a connection. */
  void load() {
    send("FUNCTION", "LOAD", "REPLACE", FunctionLibrary.source());
  }

  /** The answer of a function in the form that the function classes read. */
  List<?> call(FunctionCall call) {
    Object reply = plain(await(connection.send(request(call))));
    return (List<?>) reply;
  }

  /** The answers of many calls sent at once. */
  List<List<?>> batch(List<FunctionCall> calls) {
    List<Request> requests = calls.stream().map(FunctionClient::request).toList();
    List<List<?>> replies = new ArrayList<>();
    await(connection.batch(requests)).forEach(reply -> replies.add((List<?>) plain(reply)));
    return replies;
  }

  @Nullable Object send(String... command) {
    Request request = Request.cmd(Command.create(command[0]));
    for (int i = 1; i < command.length; i++) {
      request.arg(command[i]);
    }
    return plain(await(connection.send(request)));
  }

  RedisConnection connection() {
    return connection;
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  static Request request(FunctionCall call) {
    Request request = Request.cmd(Command.FCALL).arg(call.name()).arg(call.keys().size());
    call.keys().forEach(request::arg);
    call.args().forEach(request::arg);
    return request;
  }

  private static @Nullable Object plain(@Nullable Response response) {
    if (response == null) {
      return null;
    }
    if (response.type() == ResponseType.MULTI) {
      List<@Nullable Object> items = new ArrayList<>();
      response.forEach(item -> items.add(plain(item)));
      return items;
    }
    return response.type() == ResponseType.NUMBER
        ? (Object) response.toLong()
        : response.toString();
  }

  private static <T> T await(io.vertx.core.Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new RedisRefusal(String.valueOf(e.getCause().getMessage()));
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An error reply. */
  static final class RedisRefusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    RedisRefusal(String message) {
      super(message);
    }
  }
}
