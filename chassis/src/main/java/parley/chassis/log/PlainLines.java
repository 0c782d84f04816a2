package parley.chassis.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Log lines for people. Control characters in messages are escaped, those of exceptions too, so
 * that what a client sent cannot pass for a line of its own or write on somebody's terminal.
 */
public final class PlainLines extends LayoutBase<ILoggingEvent> {

  private static final int CAUSES_MAX = 8;
  private static final int FRAMES_MAX = 40;

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    String logger = event.getLoggerName();
    line.append(Instant.ofEpochMilli(event.getTimeStamp()).truncatedTo(ChronoUnit.MILLIS))
        .append(' ')
        .append(event.getLevel())
        .append(' ')
        .append(logger.substring(logger.lastIndexOf('.') + 1))
        .append(": ");
    appendEscaped(line, event.getFormattedMessage());
    line.append('\n');
    IThrowableProxy thrown = event.getThrowableProxy();
    for (int depth = 0; thrown != null && depth < CAUSES_MAX; depth++) {
      append(line, depth == 0 ? "  " : "  because of ", thrown);
      thrown = thrown.getCause();
    }
    return line.toString();
  }

  private static void append(StringBuilder line, String lead, IThrowableProxy thrown) {
    line.append(lead).append(thrown.getClassName()).append(": ");
    appendEscaped(line, thrown.getMessage());
    line.append('\n');
    StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
    int shown = Math.min(FRAMES_MAX, frames.length - thrown.getCommonFrames());
    for (int i = 0; i < shown; i++) {
      line.append("    ").append(frames[i].getSTEAsString()).append('\n');
    }
  }

  static void appendEscaped(StringBuilder line, @Nullable String text) {
    if (text == null) {
      return;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        case '\t' -> line.append("\\t");
        default -> {
          if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
            line.append("\\u%04x".formatted((int) c));
          } else {
            line.append(c);
          }
        }
      }
    }
  }
}
