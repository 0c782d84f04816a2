package parley.chassis.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A size in bytes, written {@code 512}, {@code 64kb}, {@code 16mb} or {@code 2gb}. */
public record ByteSize(long bytes) {

  private static final Pattern FORM = Pattern.compile("(\\d{1,15})\\s*(b|kb|mb|gb)?");

  public static ByteSize of(String text) {
    Matcher matcher = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a size");
    }
    String unit = matcher.group(2) == null ? "b" : matcher.group(2);
    int shift =
        switch (unit) {
          case "kb" -> 10;
          case "mb" -> 20;
          case "gb" -> 30;
          default -> 0;
        };
    return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift));
  }

  @Override
  public String toString() {
    return bytes + " bytes";
  }
}
