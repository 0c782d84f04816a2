package parley.chassis.redis;

import io.vertx.core.Future;

/** What a fresh connection needs before it is used, such as the function library. */
public interface Preparation {

  /** Where this fails the connection is given up and tried anew. */
  Future<?> prepare(RedisCommands connection);
}
