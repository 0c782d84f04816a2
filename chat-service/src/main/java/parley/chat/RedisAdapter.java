package parley.chat;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.chassis.redis.RedisLink;
import parley.chat.redis.Functions;
import parley.protocol.functions.FunctionCall;

/** The link to Redis as this service's sequential code wants it. */
final class RedisAdapter implements Functions.Link {
  private final RedisLink link;

  RedisAdapter(RedisLink link) {
    this.link = link;
  }

  @Override
  public Future<List<?>> call(FunctionCall call) {
    return parley.chassis.redis.Functions.call(link, call);
  }

  @Override
  public Future<@Nullable Object> command(String name, String... arguments) {
    Request request = Request.cmd(Command.create(name));
    for (String argument : arguments) {
      request.arg(argument.getBytes(StandardCharsets.UTF_8));
    }
    return link.send(request).map(RedisAdapter::value);
  }

  private static @Nullable Object value(@Nullable Response response) {
    if (response == null) {
      return null;
    }
    return switch (response.type()) {
      case MULTI -> items(response);
      case NUMBER -> response.toLong();
      case SIMPLE -> response.toString();
      default -> response.toString(StandardCharsets.UTF_8);
    };
  }

  private static List<?> items(Response response) {
    List<@Nullable Object> items = new ArrayList<>();
    response.forEach(item -> items.add(value(item)));
    return items;
  }
}
