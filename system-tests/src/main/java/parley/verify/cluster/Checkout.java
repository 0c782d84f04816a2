package parley.verify.cluster;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where this is run: the root of the checkout, and the class path that holds every service. */
public final class Checkout {
  private Checkout() {}

  /** The nearest folder above the working directory that holds the shared flags. */
  public static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve("deploy/jvm.flags"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException("Run this from a checkout of Parley.");
    }
    return folder;
  }

  /** Under the test runner the class path that counts is told in a property of its own. */
  public static String classPath() {
    return System.getProperty(
        "surefire.test.class.path", System.getProperty("java.class.path", ""));
  }
}
