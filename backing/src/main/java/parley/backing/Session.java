package parley.backing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes servers out of the terminal's process group, so that Ctrl-C reaches Parley first and its
 * servers only when it has no more need of them.
 */
final class Session {

  private Session() {}

  static List<String> detached(List<String> command) {
    if (!onPath("setsid")) {
      return command;
    }
    List<String> detached = new ArrayList<>();
    detached.add("setsid");
    detached.addAll(command);
    return detached;
  }

  static boolean onPath(String program) {
    String path = System.getenv("PATH");
    if (path == null) {
      return false;
    }
    for (String folder : path.split(":", -1)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}
