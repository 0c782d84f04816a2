package parley.backing;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server run from a binary as a child of this JVM; addressed by its process id only. */
final class ChildProcess implements ServerRun {

  private static final long STOP_SECONDS = 20;
  private static final int LOG_CHARS = 2_000;

  private final String name;
  private final List<String> command;
  private final Path data;
  private final Path log;
  private final boolean temporary;
  private final List<Long> paused = new ArrayList<>();
  private @Nullable Process process;

  ChildProcess(String name, List<String> command, Path data, Path log, boolean temporary) {
    this.name = name;
    this.command = command;
    this.data = data;
    this.log = log;
    this.temporary = temporary;
    if (temporary) {
      Watchdog.removeAtEnd(data);
    }
  }

  @Override
  public synchronized void start() {
    if (alive()) {
      return;
    }
    try {
      Process started =
          new ProcessBuilder(Session.detached(command))
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(log.toFile()))
              .start();
      Watchdog.watch(started.pid());
      process = started;
    } catch (IOException e) {
      throw new BackingException(name + " could not be started: " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized void stop() {
    Process running = process;
    if (running == null || !running.isAlive()) {
      return;
    }
    resume();
    signal("INT", running.pid());
    if (!ended(running)) {
      kill();
    }
    Watchdog.forget(running.pid());
  }

  @Override
  public synchronized void kill() {
    Process running = process;
    if (running == null || !running.isAlive()) {
      return;
    }
    List<ProcessHandle> children = running.descendants().toList();
    running.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    forgetPaused();
    if (!ended(running)) {
      throw new BackingException(name + " (pid " + running.pid() + ") could not be killed.");
    }
    Watchdog.forget(running.pid());
  }

  /** The parent first, so that it cannot fork a child that goes on; then each child it has. */
  @Override
  public synchronized void pause() {
    Process running = process;
    if (running == null || !paused.isEmpty()) {
      return;
    }
    freeze(running.pid());
    running.descendants().forEach(child -> freeze(child.pid()));
  }

  private void freeze(long pid) {
    signal("STOP", pid);
    paused.add(pid);
    Watchdog.watch(pid);
  }

  @Override
  public synchronized void resume() {
    for (long pid : paused.reversed()) {
      signal("CONT", pid);
    }
    forgetPaused();
  }

  private void forgetPaused() {
    Process running = process;
    for (long pid : paused) {
      if (running == null || pid != running.pid()) {
        Watchdog.forget(pid);
      }
    }
    paused.clear();
  }

  @Override
  public synchronized boolean alive() {
    Process running = process;
    return running != null && running.isAlive();
  }

  @Override
  public String lastWords() {
    try {
      String text = Files.readString(log, StandardCharsets.UTF_8);
      return text.substring(Math.max(0, text.length() - LOG_CHARS));
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  @Override
  public Path data() {
    return data;
  }

  @Override
  public void remove() {
    if (temporary) {
      Folders.delete(data);
    }
  }

  private static boolean ended(Process running) {
    try {
      return running.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void signal(String signal, long pid) {
    Commands.run(List.of("kill", "-" + signal, Long.toString(pid)));
  }
}
