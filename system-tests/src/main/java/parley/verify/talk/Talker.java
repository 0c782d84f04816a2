package parley.verify.talk;

import java.util.List;
import parley.verify.check.Observation;
import parley.verify.check.Sent;

/**
 * Clients of one kind: they talk until told to be quiet, and end with everything acked and
 * everything heard.
 */
public interface Talker extends AutoCloseable {
  void start();

  /** Nothing new is sent; what is not acked yet is tried on. */
  void quiet();

  /** How many messages still wait for their ack. */
  int open();

  List<Observation> observations();

  List<Sent> sent();

  /** How often the server refused, by code. */
  Refusals refusals();

  @Override
  void close();
}
