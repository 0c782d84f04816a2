package parley.verify.check;

import java.util.List;

/**
 * A message that a client sent until it was acked, and what each ack said; a repeat must say the
 * same.
 *
 * @param acks the {@code seq} of every ack, in the order in which they came
 * @param stored whether the ack was of the level {@code stored}
 */
public record Sent(
    String client, String room, String key, String text, List<Long> acks, boolean stored) {}
