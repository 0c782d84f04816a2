package parley.chassis.lifecycle;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one service as a process: until SIGTERM or Ctrl-C, or not at all with one sentence. */
public final class ServiceMain {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceMain.class);
  private static final long START_SECONDS = 120;

  private ServiceMain() {}

  /**
   * Starts what {@code service} makes; making it may fail with a sentence too, such as a {@code
   * SettingsException}. Returns once the service runs; its stop is hooked to the end of the JVM.
   */
  public static void run(Supplier<Lifecycle> service, Duration stopWithin) {
    try {
      Lifecycle lifecycle = service.get();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(lifecycle, stopWithin), "stop"));
      lifecycle.start().await(START_SECONDS, TimeUnit.SECONDS);
      LOG.info("{} is up", lifecycle.service());
    } catch (TimeoutException e) {
      fail("It did not start within " + START_SECONDS + " s.");
    } catch (Exception e) {
      LOG.debug("start failed", e);
      fail(e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  /** Ends the process with status 1 and one sentence on standard error. */
  public static void fail(String sentence) {
    System.err.println(sentence);
    System.exit(1);
  }

  private static void stop(Lifecycle lifecycle, Duration within) {
    LOG.info("{} stops", lifecycle.service());
    try {
      lifecycle.stop().await(within.toMillis(), TimeUnit.MILLISECONDS);
      LOG.info("{} is stopped", lifecycle.service());
    } catch (TimeoutException e) {
      LOG.warn("{} is not stopped within {} and ends", lifecycle.service(), within);
    }
  }
}
