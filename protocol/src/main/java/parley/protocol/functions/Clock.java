package parley.protocol.functions;

import java.util.List;

/** Reads the clock and the fence of a Redis process; the clock moves on by it. */
public final class Clock {
  public static final String NAME = "parley_clock";

  private Clock() {}

  /**
   * @param pos greater than every pos given before, less than every one given later
   * @param fence run id, replication id and birth of the loaded library
   */
  public record Reading(long pos, String fence) {}

  public static FunctionCall call() {
    return new FunctionCall(NAME, List.of(), List.of());
  }

  public static Reading reply(List<?> reply) {
    Answer answer = new Answer(NAME, reply);
    return new Reading(answer.number(0), answer.text(1));
  }
}
