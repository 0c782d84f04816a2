package parley.backing;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A small shell process beside this JVM that stops the servers once the JVM has ended, after a
 * {@code kill -9} as well: its standard input is a pipe from here, and the end of that pipe is the
 * sign. It is the only thing that stops servers at the end, so they outlive every shutdown hook
 * that still needs them.
 */
final class Watchdog {

  /** INT is a quick, clean stop to Redis and to Postgres; a paused server hears it once resumed. */
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      pids=
      folders=
      while read -r what value; do
        case "$what" in
          run) pids="$pids $value" ;;
          end)
            kept=
            for pid in $pids; do [ "$pid" = "$value" ] || kept="$kept $pid"; done
            pids=$kept ;;
          folder) folders="$folders$value
      " ;;
        esac
      done
      for pid in $pids; do kill -INT "$pid"; kill -CONT "$pid"; done
      tries=0
      while [ $tries -lt 100 ]; do
        left=
        for pid in $pids; do kill -0 "$pid" && left="$left $pid"; done
        [ -n "$left" ] || break
        pids=$left
        tries=$((tries + 1))
        sleep 0.1
      done
      for pid in $left; do kill -KILL "$pid"; done
      printf %s "$folders" | while read -r folder; do rm -rf "$folder"; done
      """;

  private static @Nullable OutputStream pipe;

  private Watchdog() {}

  /** Stop this process once the JVM has ended. */
  static void watch(long pid) {
    tell("run " + pid);
  }

  /** The process has ended, or is no longer ours to end. */
  static void forget(long pid) {
    tell("end " + pid);
  }

  /** Remove this folder once the JVM has ended and the servers with it. */
  static void removeAtEnd(Path folder) {
    tell("folder " + folder.toAbsolutePath());
  }

  private static synchronized void tell(String line) {
    try {
      OutputStream out = pipe;
      if (out == null) {
        out = start();
        pipe = out;
      }
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new BackingException("The watchdog of the started servers cannot be reached.", e);
    }
  }

  private static OutputStream start() throws IOException {
    return new ProcessBuilder(Session.detached(List.of("/bin/sh", "-c", SCRIPT)))
        .redirectOutput(Redirect.DISCARD)
        .redirectError(Redirect.DISCARD)
        .start()
        .getOutputStream();
  }
}
