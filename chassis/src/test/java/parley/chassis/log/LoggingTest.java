package parley.chassis.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ServiceLoader;
import java.util.ServiceLoader.Provider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

@Isolated("sets the process' logging up")
class LoggingTest {

  private static final LoggerContext CONTEXT = (LoggerContext) LoggerFactory.getILoggerFactory();
  private static final String FORGED =
      "ann\n2026-01-01T00:00:00Z ERROR Boss: \u001b[31mfired\r\u2028";

  @Test
  void a_client_cannot_forge_a_line() {
    String line = plain("joined: {}", null, FORGED);
    assertThat(line.lines()).hasSize(1);
    assertThat(line)
        .contains(" INFO LoggingTest: joined: ann\\n2026-")
        .contains("\\u001b[31mfired\\r\\u2028");
  }

  @Test
  void nor_by_way_of_an_exception() {
    Exception thrown =
        new IllegalStateException(FORGED, new IllegalArgumentException("inner\nline"));
    String text = plain("failed", thrown);
    assertThat(text.lines())
        .allMatch(line -> line.startsWith("    ") || !line.contains("Boss") || line.contains("\\n"))
        .anyMatch(line -> line.contains("because of java.lang.IllegalArgumentException: inner\\n"))
        .noneMatch(line -> line.startsWith("2026-01-01"));
  }

  @Test
  void json_lines_are_one_object_each() {
    String text =
        new String(
            Logging.json(CONTEXT).encode(event("joined: {}", new Exception("e\n"), FORGED)),
            StandardCharsets.UTF_8);
    assertThat(text.lines()).hasSize(1);
    JsonObject json = new JsonObject(text);
    assertThat(json.getString("formattedMessage")).isEqualTo("joined: " + FORGED);
    assertThat(json.getString("level")).isEqualTo("INFO");
    assertThat(json.getJsonObject("throwable").getString("message")).isEqualTo("e\n");
  }

  @Test
  void a_test_has_its_own_file_and_everyone_else_what_holds_before_the_settings_are_read() {
    LoggerContext fresh = new LoggerContext();
    // Where a test has a file of its own, as here, that goes first.
    assertThat(new BeforeSettings().configure(fresh)).isEqualTo(ExecutionStatus.INVOKE_NEXT_IF_ANY);
    assertThat(ServiceLoader.load(Configurator.class).stream().map(Provider::type))
        .contains(BeforeSettings.class);
    fresh.stop();
  }

  private static String plain(String message, @Nullable Throwable thrown, Object... arguments) {
    return new String(
        Logging.plain(CONTEXT).encode(event(message, thrown, arguments)), StandardCharsets.UTF_8);
  }

  private static LoggingEvent event(
      String message, @Nullable Throwable thrown, Object... arguments) {
    Logger logger = CONTEXT.getLogger(LoggingTest.class);
    return new LoggingEvent("here", logger, Level.INFO, message, thrown, arguments);
  }
}
