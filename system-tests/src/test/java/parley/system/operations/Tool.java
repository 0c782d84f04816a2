package parley.system.operations;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A program that a test needs; where it is missing, the test fails with the line that installs it.
 */
record Tool(String name, String debianPackage) {
  static final Tool PROMETHEUS = new Tool("prometheus", "prometheus");
  static final Tool PROMTOOL = new Tool("promtool", "prometheus");
  static final Tool NODE = new Tool("node", "nodejs npm");

  Path path() {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    name + " is needed and not on the PATH: apt-get install " + debianPackage));
  }
}
