package parley.chassis.redis;

/** This Redis cannot keep the promises; the message says why and what to set. */
public final class RedisUnfit extends RuntimeException {
  private static final long serialVersionUID = 1;

  RedisUnfit(String sentence) {
    super(sentence);
  }
}
