package parley.chassis.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.util.List;
import org.slf4j.LoggerFactory;
import parley.chassis.config.CommonSettings.LogForm;
import parley.chassis.config.CommonSettings.LogLevel;

/** Sets up what is logged: one event a line on standard output, for people or for a log store. */
public final class Logging {

  /** Libraries whose own doings matter only when something is wrong. */
  private static final List<String> QUIET =
      List.of(
          "io.netty", "io.vertx", "org.flywaydb", "org.testcontainers", "com.github.dockerjava");

  private Logging() {}

  /** Replaces whatever configuration there is. */
  public static void setUp(LogForm form, LogLevel level) {
    setUp((LoggerContext) LoggerFactory.getILoggerFactory(), form, level);
  }

  static void setUp(LoggerContext context, LogForm form, LogLevel level) {
    context.reset();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setEncoder(
        switch (form) {
          case PLAIN -> plain(context);
          case JSON -> json(context);
        });
    console.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(level.name()));
    root.addAppender(console);
    for (String library : QUIET) {
      Level quiet = root.getLevel().isGreaterOrEqual(Level.WARN) ? root.getLevel() : Level.WARN;
      context.getLogger(library).setLevel(quiet);
    }
  }

  static Encoder<ILoggingEvent> plain(LoggerContext context) {
    PlainLines layout = new PlainLines();
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setLayout(layout);
    encoder.start();
    return encoder;
  }

  /** Logback's own form of JSON, without what is the same in every line. */
  static Encoder<ILoggingEvent> json(LoggerContext context) {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.setWithFormattedMessage(true);
    encoder.start();
    return encoder;
  }
}
