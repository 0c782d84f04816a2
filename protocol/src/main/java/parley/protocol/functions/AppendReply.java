package parley.protocol.functions;

import java.util.List;
import parley.protocol.ErrorCode;

/** What append answers. Only {@link Ok} has written anything. */
public sealed interface AppendReply {
  record Ok(long seq, long prev, long pos, long ts) implements AppendReply {}

  /** The key was used before: these are the numbers of the event that it stands for. */
  record Repeat(long seq, long prev, long pos, long ts) implements AppendReply {}

  /** The shard is not open under the fence of this Redis. */
  record Closed(String fence) implements AppendReply {}

  /** The shard is open under another epoch than the caller named. */
  record Reopened(long epoch) implements AppendReply {}

  /** The shard is open, but this room has not been loaded since. */
  record Absent() implements AppendReply {}

  /**
   * @param retryAfterMs when the right may be back; 0 not known, -1 never by itself
   */
  record Denied(ErrorCode code, long retryAfterMs) implements AppendReply {}

  /** The log's budget, or Redis' memory, is used up. */
  record Full(long retryAfterMs) implements AppendReply {}

  static AppendReply parse(String function, List<?> reply) {
    Answer answer = new Answer(function, reply);
    return switch (answer.word()) {
      case "ok" -> new Ok(answer.number(1), answer.number(2), answer.number(3), answer.number(4));
      case "repeat" ->
          new Repeat(answer.number(1), answer.number(2), answer.number(3), answer.number(4));
      case "closed" -> new Closed(answer.text(1));
      case "reopened" -> new Reopened(answer.number(1));
      case "absent" -> new Absent();
      case "denied" -> {
        ErrorCode code = ErrorCode.of(answer.text(1));
        if (code == null) {
          throw answer.unexpected();
        }
        yield new Denied(code, answer.number(2));
      }
      case "full" -> new Full(answer.number(1));
      default -> throw answer.unexpected();
    };
  }
}
