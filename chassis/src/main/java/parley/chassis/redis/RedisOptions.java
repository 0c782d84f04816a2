package parley.chassis.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a connection behaves.
 *
 * @param connectWithin for the TCP connection and TLS
 * @param answerWithin from a command to its answer; later the connection counts as dead
 * @param pingEvery how long nothing may be heard before a PING asks; a server that is silent for
 *     this and {@code answerWithin} together is noticed
 * @param inFlightMax commands (or channels being subscribed) without an answer, then BUSY
 * @param backoff between attempts to connect, which go on for ever
 * @param preparations done on each fresh connection before it is used
 */
public record RedisOptions(
    RedisAddress address,
    Duration connectWithin,
    Duration answerWithin,
    Duration pingEvery,
    int inFlightMax,
    Backoff backoff,
    List<Preparation> preparations) {

  public RedisOptions {
    preparations = List.copyOf(preparations);
  }

  public static RedisOptions of(RedisAddress address) {
    return new RedisOptions(
        address,
        Duration.ofSeconds(2),
        Duration.ofSeconds(3),
        Duration.ofSeconds(1),
        65_536,
        new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2)),
        List.of());
  }

  public RedisOptions answerWithin(Duration bound) {
    return new RedisOptions(
        address, connectWithin, bound, pingEvery, inFlightMax, backoff, preparations);
  }

  public RedisOptions pingEvery(Duration period) {
    return new RedisOptions(
        address, connectWithin, answerWithin, period, inFlightMax, backoff, preparations);
  }

  public RedisOptions inFlightMax(int bound) {
    return new RedisOptions(
        address, connectWithin, answerWithin, pingEvery, bound, backoff, preparations);
  }

  public RedisOptions backoff(Backoff wanted) {
    return new RedisOptions(
        address, connectWithin, answerWithin, pingEvery, inFlightMax, wanted, preparations);
  }

  /** Adds one more to what is done on a fresh connection. */
  public RedisOptions prepare(Preparation preparation) {
    List<Preparation> more = new ArrayList<>(preparations);
    more.add(preparation);
    return new RedisOptions(
        address, connectWithin, answerWithin, pingEvery, inFlightMax, backoff, more);
  }
}
