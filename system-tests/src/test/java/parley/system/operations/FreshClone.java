package parley.system.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import parley.verify.cluster.Checkout;

/**
 * What somebody has who cloned the repository and built it: the last commit, and what this build
 * has made of it, so that nothing is built twice.
 */
record FreshClone(Path folder) {
  private static final int COMMAND_SECONDS = 120;
  private static final String JAR = "parley-local-0.1.0-SNAPSHOT.jar";

  /** What a command said, and how it ended. */
  record Ended(int status, String output) {
    List<String> lines() {
      return output.lines().toList();
    }
  }

  static FreshClone into(Path folder) throws Exception {
    Path root = Checkout.root();
    var clone = new FreshClone(folder.resolve("parley"));
    var git = new ProcessBuilder("git", "clone", "-q", root.toString(), clone.folder.toString());
    assertThat(git.inheritIO().start().waitFor()).isZero();
    Path built = Files.createDirectories(clone.folder.resolve("local/target"));
    for (String part : List.of(JAR, "lib")) {
      Path made = root.resolve("local/target").resolve(part);
      assertThat(made).as("mvn package -pl local -am makes it").exists();
      Files.createSymbolicLink(built.resolve(part), made);
    }
    Files.createFile(built.resolve("built"));
    return clone;
  }

  /** A line of shell, run to its end. */
  Ended run(String line, Map<String, String> environment) throws Exception {
    Path said = Files.createTempFile(folder, "said", ".txt");
    Process process = start(line, environment, said);
    boolean ended = process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as(line + " ends; it said " + Files.readString(said)).isTrue();
    return new Ended(process.exitValue(), Files.readString(said));
  }

  Ended run(String line) throws Exception {
    return run(line, Map.of());
  }

  /** Is left running; what it says goes to the file. */
  Process start(String line, Map<String, String> environment, Path said) throws IOException {
    var builder = new ProcessBuilder("/bin/bash", "-c", line).directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("PARLEY_"));
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
  }
}
