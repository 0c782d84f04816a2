package parley.protocol.functions;

import java.util.List;

/** Which library is loaded. {@link RedisError#FUNCTIONS_MISSING} means none. */
public final class Version {
  public static final String NAME = "parley_version";

  private Version() {}

  /**
   * @param hash {@link FunctionLibrary#version()} of the process that loaded it
   */
  public record Loaded(long generation, String hash) {
    /** Whether this process shall replace it by {@code FUNCTION LOAD REPLACE}. */
    public boolean isToBeReplaced() {
      return generation < FunctionLibrary.GENERATION
          || (generation == FunctionLibrary.GENERATION && !hash.equals(FunctionLibrary.version()));
    }
  }

  public static FunctionCall call() {
    return new FunctionCall(NAME, List.of(), List.of());
  }

  public static Loaded reply(List<?> reply) {
    Answer answer = new Answer(NAME, reply);
    return new Loaded(answer.number(0), answer.text(1));
  }
}
