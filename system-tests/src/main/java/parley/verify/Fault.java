package parley.verify;

import java.util.Locale;
import java.util.Set;
import parley.verify.check.Harm.Part;

/** What can be done to a cluster. */
enum Fault {
  KILL_GATEWAY("kill -9 of a gateway", Part.GATEWAY),
  KILL_CHAT("kill -9 of a chat-service", Part.CHAT),
  KILL_HISTORY("kill -9 of a history-service", Part.HISTORY),
  KILL_ALL("kill -9 of every process of Parley", Part.GATEWAY, Part.CHAT, Part.HISTORY),
  PAUSE_GATEWAY("a gateway stands still", Part.GATEWAY),
  PAUSE_CHAT("a chat-service stands still", Part.CHAT),
  PAUSE_HISTORY("a history-service stands still", Part.HISTORY),
  PAUSE_REDIS("Redis stands still", Part.REDIS),
  RESTART_REDIS("Redis killed and restarted with its file", Part.REDIS),
  TRUNCATE_REDIS("Redis killed and restarted without the end of its file", Part.REDIS, Part.DATA),
  FAIL_OVER("Redis fails over to its replica", Part.REDIS, Part.DATA),
  DEMOTE_REDIS("Redis demoted, and promoted again with its replica's data", Part.REDIS, Part.DATA),
  RESTART_POSTGRES("Postgres killed and restarted", Part.POSTGRES),
  POSTGRES_AWAY("Postgres is away for long", Part.POSTGRES),
  FILL_LOG("Postgres is away and a log is filled to its budget", Part.POSTGRES),
  CUT_OFF_GATEWAY("a gateway is cut off from Redis", Part.GATEWAY, Part.REDIS),
  CUT_LINK("a connection between two parts is cut"),
  DELAY_LINK("a connection between two parts is slow to answer"),
  SLOW_LINK("a connection between two parts carries little"),
  SILENCE_LINK("a connection between two parts is half open"),
  RESTART_SERVICE("a service is stopped cleanly and started again"),
  RESTART_ALL(
      "every service restarted cleanly, one after another", Part.GATEWAY, Part.CHAT, Part.HISTORY);

  private final String words;

  @SuppressWarnings("ImmutableEnumChecker") // a copy that nobody can change
  private final Set<Part> parts;

  /** A fault without parts says of itself what it touched. */
  Fault(String words, Part... parts) {
    this.words = words;
    this.parts = Set.of(parts);
  }

  String words() {
    return words;
  }

  Set<Part> parts() {
    return parts;
  }

  /** As an option names it. */
  static Fault of(String name) {
    try {
      return valueOf(name.strip().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "There is no fault \"%s\"; ./parley verify --help names them.".formatted(name.strip()),
          e);
    }
  }
}
