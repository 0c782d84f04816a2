package parley.bench.wire;

import io.netty.buffer.ByteBuf;

/**
 * What the generator writes at the head of each text, so that every delivery tells when it was due
 * and which one of its room it is: {@code ##}, 16 hex digits of nanoseconds, 8 of the count.
 */
public final class Stamp {
  public static final int LENGTH = 26;
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private Stamp() {}

  /** A text of {@code length} characters that starts with the stamp. */
  public static String text(long nanos, int count, int length) {
    char[] text = new char[Math.max(length, LENGTH)];
    text[0] = '#';
    text[1] = '#';
    hex(text, 2, 16, nanos);
    hex(text, 18, 8, count);
    java.util.Arrays.fill(text, LENGTH, text.length, 'x');
    return new String(text);
  }

  private static void hex(char[] text, int at, int digits, long value) {
    for (int digit = digits - 1; digit >= 0; digit--) {
      text[at + digit] = HEX[(int) (value & 15)];
      value >>>= 4;
    }
  }

  /** Where the stamp is in the frame, or -1; {@code guess} is where it was the last time. */
  public static int find(ByteBuf frame, int start, int length, int guess) {
    if (guess >= 0 && guess + LENGTH <= length && isAt(frame, start + guess)) {
      return guess;
    }
    for (int at = 0; at + LENGTH <= length; at++) {
      if (isAt(frame, start + at)) {
        return at;
      }
    }
    return -1;
  }

  private static boolean isAt(ByteBuf frame, int at) {
    return frame.getShort(at) == 0x2323;
  }

  public static long nanos(ByteBuf frame, int stamp) {
    return number(frame, stamp + 2, 16);
  }

  public static int count(ByteBuf frame, int stamp) {
    return (int) number(frame, stamp + 18, 8);
  }

  private static long number(ByteBuf frame, int at, int digits) {
    long value = 0;
    for (int digit = 0; digit < digits; digit++) {
      int character = frame.getByte(at + digit);
      value = (value << 4) | (character <= '9' ? character - '0' : character - 'a' + 10);
    }
    return value;
  }
}
