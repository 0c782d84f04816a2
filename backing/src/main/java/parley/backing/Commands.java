package parley.backing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Short commands of the system whose output is of interest only when they fail. */
final class Commands {

  private Commands() {}

  record Outcome(int status, String output) {}

  static Outcome run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Outcome(process.waitFor(), output);
    } catch (IOException e) {
      return new Outcome(127, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome(130, "interrupted");
    }
  }

  static void mustRun(String purpose, List<String> command) {
    Outcome outcome = run(command);
    if (outcome.status() != 0) {
      throw new BackingException(
          purpose + " failed (status " + outcome.status() + "): " + outcome.output().strip());
    }
  }
}
