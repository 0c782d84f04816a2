package parley.verify.check;

import java.util.List;

/**
 * A message that a client sent until it was acked, and what each ack said; every eighth is sent
 * once more after that, under the same key.
 *
 * @param acks in the order in which they came
 * @param stored whether the acks were of the level {@code stored}
 */
public record Sent(
    String client,
    String room,
    String key,
    String text,
    boolean stored,
    long writtenNanos,
    List<Ack> acks) {
  /** What the server said, and when. */
  public record Ack(long seq, long atNanos) {}

  boolean isAcked() {
    return !acks.isEmpty();
  }
}
