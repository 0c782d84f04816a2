package parley.chat.http;

import parley.chassis.redis.RedisRefusal;
import parley.chassis.redis.RedisUnavailable;
import parley.protocol.functions.RedisError;

/** Which failures mean that Redis cannot be had at present. */
final class Outages {
  private Outages() {}

  static boolean isRedis(Throwable failure) {
    return failure instanceof RedisUnavailable
        || (failure instanceof RedisRefusal refusal
            && RedisError.of(String.valueOf(refusal.getMessage())) != RedisError.REFUSED);
  }
}
