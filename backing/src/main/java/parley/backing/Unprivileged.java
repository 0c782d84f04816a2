package parley.backing;

import java.nio.file.Path;
import java.util.List;

/**
 * Postgres refuses to run as root, as which containers and CI machines often run a build. There it
 * gets a user namespace of its own, in which root's files stay readable and it is nobody in
 * particular; where the system forbids that, it runs as the user nobody.
 */
final class Unprivileged {

  private static final String NOBODY = "65534";

  private enum Way {
    AS_WE_ARE,
    USER_NAMESPACE,
    NOBODY
  }

  private static final Way WAY = find();

  private Unprivileged() {}

  /** What to put before a command of Postgres. */
  static List<String> command() {
    return switch (WAY) {
      case AS_WE_ARE -> List.of();
      case USER_NAMESPACE -> List.of("unshare", "--user");
      case NOBODY -> List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
    };
  }

  /** Lets Postgres write this folder and what is in it. */
  static void give(Path folder) {
    if (WAY == Way.NOBODY) {
      Commands.mustRun(
          "Giving the folder " + folder + " to Postgres",
          List.of("chown", "-R", NOBODY + ":" + NOBODY, folder.toString()));
    }
  }

  private static Way find() {
    if (!System.getProperty("user.name").equals("root")) {
      return Way.AS_WE_ARE;
    }
    return Commands.run(List.of("unshare", "--user", "true")).status() == 0
        ? Way.USER_NAMESPACE
        : Way.NOBODY;
  }
}
