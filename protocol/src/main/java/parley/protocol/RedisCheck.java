package parley.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a Redis can keep Parley's promises, from what it says of itself at the start. {@link
 * #CONFIG} names what to ask by {@code CONFIG GET}; the versions stand in {@code INFO server}.
 */
public final class RedisCheck {
  public static final List<String> CONFIG =
      List.of("maxmemory-policy", "appendonly", "min-replicas-to-write");

  private static final int MAJOR_MIN = 7;

  private RedisCheck() {}

  /** A sentence that says what is wrong and what to do. */
  public sealed interface Finding {
    String sentence();

    /** The process must not start. */
    record Refusal(String sentence) implements Finding {}

    /** The process starts; the operator is told. */
    record Warning(String sentence) implements Finding {}
  }

  /**
   * @param info what {@code INFO server} and {@code INFO replication} answered
   * @param config names and values; empty if the service does not allow CONFIG
   */
  public static List<Finding> findings(String info, Map<String, String> config) {
    List<Finding> findings = new ArrayList<>();
    version(info, findings);
    policy(config.get("maxmemory-policy"), findings);
    if ("no".equals(config.get("appendonly"))) {
      findings.add(
          new Finding.Warning(
              "Redis writes no append-only file: what it holds dies with its process, save what"
                  + " gateways still know. Set `appendonly yes`."));
    }
    boolean replicated = number(field(info, "connected_slaves")) > 0;
    if (replicated && "0".equals(config.get("min-replicas-to-write"))) {
      findings.add(
          new Finding.Warning(
              "Redis has replicas, but a master cut off from them goes on accepting: set"
                  + " `min-replicas-to-write 1`."));
    }
    return List.copyOf(findings);
  }

  private static void version(String info, List<Finding> findings) {
    String valkey = field(info, "valkey_version");
    String redis = field(info, "redis_version");
    if (valkey == null && redis == null) {
      findings.add(
          new Finding.Warning("Redis does not tell its version; Parley needs 7.0 or newer."));
    } else if (valkey == null && number(redis) < MAJOR_MIN) {
      findings.add(
          new Finding.Refusal(
              "Redis " + redis + " is too old: Parley needs 7.0 or newer, or Valkey."));
    }
  }

  private static void policy(@Nullable String policy, List<Finding> findings) {
    if (policy == null) {
      findings.add(
          new Finding.Warning(
              "Redis does not tell its maxmemory-policy; it must be noeviction, or accepted"
                  + " messages may be evicted."));
    } else if (!policy.equals("noeviction")) {
      findings.add(
          new Finding.Refusal(
              "Redis evicts (maxmemory-policy "
                  + policy
                  + "): accepted messages would be lost. Set `maxmemory-policy noeviction`."));
    }
  }

  private static @Nullable String field(String info, String name) {
    for (String line : info.split("\r?\n")) {
      if (line.startsWith(name + ":")) {
        return line.substring(name.length() + 1).strip();
      }
    }
    return null;
  }

  /** The digits that a text begins with; 0 if there are none. */
  private static int number(@Nullable String text) {
    int value = 0;
    for (int i = 0;
        text != null && i < Math.min(text.length(), 9) && Character.isDigit(text.charAt(i));
        i++) {
      value = value * 10 + (text.charAt(i) - '0');
    }
    return value;
  }
}
