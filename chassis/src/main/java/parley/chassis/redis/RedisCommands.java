package parley.chassis.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;

/** Something that takes commands. Answers come in the order of the commands. */
public interface RedisCommands {

  /**
   * The answer to one command; null inside for Redis' nil. Fails with {@link RedisRefusal} for an
   * error answer, with {@link RedisUnavailable} where there is none.
   */
  Future<Response> send(Request request);

  /** Several commands as one write; each has its own answer, so one error spoils no other. */
  List<Future<Response>> batch(List<Request> requests);
}
