package parley.chassis.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A confidential setting that stands in a file, as Docker and Kubernetes hand secrets over: {@code
 * PARLEY_TOKEN_SECRET_FILE} names the file with the value of {@code PARLEY_TOKEN_SECRET}.
 */
final class SecretFile {

  private static final String SUFFIX = "_FILE";
  private static final long BYTES_MAX = 64 * 1024;

  private SecretFile() {}

  static String nameFor(Described described) {
    return described.setting().name() + SUFFIX;
  }

  /**
   * The content of the file that the environment names, without space around it; {@code given} when
   * it names none.
   *
   * @throws IllegalArgumentException with the sentence to tell
   */
  static String or(String given, Described described, Map<String, String> environment) {
    String setting = nameFor(described);
    String file = environment.getOrDefault(setting, "").strip();
    if (file.isEmpty()) {
      return given;
    }
    if (!given.isEmpty()) {
      throw new IllegalArgumentException(
          described.setting().name() + " and " + setting + " are both set; remove one of them.");
    }
    try {
      Path path = Path.of(file);
      if (Files.size(path) > BYTES_MAX) {
        throw new IllegalArgumentException(
            setting + " names a file of more than " + BYTES_MAX + " bytes; name another one.");
      }
      String content = Files.readString(path).strip();
      if (content.isEmpty()) {
        throw new IllegalArgumentException(
            setting + " names an empty file: " + file + "; write the value into it.");
      }
      return content;
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException(
          setting + " names a file that cannot be read: " + file + "; name a readable one.", e);
    }
  }
}
