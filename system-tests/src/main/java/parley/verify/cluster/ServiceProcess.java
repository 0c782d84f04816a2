package parley.verify.cluster;

import static java.util.stream.Collectors.joining;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One process of a service: started, killed, paused and started again with the same environment.
 */
public final class ServiceProcess {
  private static final long STOP_SECONDS = 40;

  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path log;
  private final URI operations;
  private @Nullable Process process;
  private boolean paused;
  private boolean ended;

  ServiceProcess(
      String name,
      String mainClass,
      Map<String, String> environment,
      List<Path> before,
      Path folder,
      int operationsPort) {
    this.name = name;
    this.environment = Map.copyOf(environment);
    this.log = folder.resolve(name + ".log");
    this.operations = URI.create("http://127.0.0.1:" + operationsPort);
    this.command = command(mainClass, before);
  }

  private static List<String> command(String mainClass, List<Path> before) {
    var words = new ArrayList<String>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.add("@" + Checkout.root().resolve("deploy/jvm.flags"));
    words.addAll(List.of("-Xmx400m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    String first = before.stream().map(folder -> folder + File.pathSeparator).collect(joining());
    words.addAll(List.of("-cp", first + Checkout.classPath(), mainClass));
    return List.copyOf(words);
  }

  public String name() {
    return name;
  }

  /** Where it answers /health/live and /metrics. */
  public URI operations() {
    return operations;
  }

  /** What it was told by a variable of its environment. */
  String setting(String variable) {
    return environment.getOrDefault(variable, "");
  }

  public synchronized void start() {
    if (ended) {
      throw new IllegalStateException(name + " has ended for good");
    }
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(key -> key.startsWith("PARLEY_"));
    builder.environment().putAll(environment);
    try {
      process = builder.start();
      paused = false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public synchronized boolean isAlive() {
    Process known = process;
    return known != null && known.isAlive();
  }

  public synchronized long pid() {
    Process known = process;
    return known == null ? -1 : known.pid();
  }

  /** SIGKILL: nothing is said goodbye to. */
  public synchronized void kill() {
    Process known = process;
    if (known != null) {
      known.destroyForcibly();
      await(known);
    }
  }

  /** Killed, and never started again: a fault that ends later than its cluster starts nothing. */
  synchronized void end() {
    ended = true;
    kill();
  }

  /** SIGTERM, and the time that a stop may take. */
  public synchronized void stop() {
    Process known = process;
    if (known != null && known.isAlive()) {
      resume();
      known.destroy();
      if (!await(known)) {
        known.destroyForcibly();
      }
    }
  }

  /** SIGSTOP: the process stands still, its connections stay open. */
  public synchronized void pause() {
    signal("STOP");
    paused = true;
  }

  public synchronized void resume() {
    if (paused) {
      signal("CONT");
      paused = false;
    }
  }

  private void signal(String signal) {
    Process known = process;
    if (known == null || !known.isAlive()) {
      return;
    }
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(known.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean await(Process process) {
    try {
      return process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public String toString() {
    return name + " (log " + log + ")";
  }
}
