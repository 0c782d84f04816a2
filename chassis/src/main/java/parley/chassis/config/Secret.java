package parley.chassis.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A value that is never printed: not by a log line, not by a record, not by an error. */
public final class Secret {

  private final String value;

  public Secret(String value) {
    this.value = value;
  }

  /** The value itself; only for the one place that needs it. */
  public String reveal() {
    return value;
  }

  public int length() {
    return value.length();
  }

  /** Whether {@code other} is the same, in a time that does not tell how much of it is. */
  public boolean matches(String other) {
    return MessageDigest.isEqual(
        value.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && matches(secret.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return "(secret)";
  }
}
