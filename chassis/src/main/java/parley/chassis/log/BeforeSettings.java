package parley.chassis.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.core.spi.ContextAwareBase;
import parley.chassis.config.CommonSettings.LogForm;
import parley.chassis.config.CommonSettings.LogLevel;

/**
 * What holds until {@link Logging} has read the settings. Found by Logback in the place of a file,
 * whose reading is a good part of a start; a test's own file goes before it.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class BeforeSettings extends ContextAwareBase implements Configurator {
  private static final String OF_TESTS = "/logback-test.xml";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (BeforeSettings.class.getResource(OF_TESTS) != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    Logging.setUp(context, LogForm.PLAIN, LogLevel.WARN);
    context.getLogger("parley").setLevel(Level.INFO);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
