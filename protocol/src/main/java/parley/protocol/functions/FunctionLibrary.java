package parley.protocol.functions;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The library as one source text: {@code FUNCTION LOAD REPLACE} takes it. */
public final class FunctionLibrary {
  public static final String NAME = "parley";

  /**
   * Raised by each change of the functions that is to be released. A process replaces an older
   * library, and uses a newer one as it is: so two releases side by side do not replace each
   * other's in turn (each replacement forgets the clock, hence closes all shards).
   */
  public static final int GENERATION = 1;

  private static final List<String> FILES =
      List.of(
          "library", "clock", "fence", "log", "room", "keys", "rights", "append", "mark", "enter",
          "whisper", "load", "rekey", "open", "heal", "heads", "recent", "trim", "forget",
          "version");

  private static final String BODY = read();
  private static final String VERSION = hash(BODY);

  private FunctionLibrary() {}

  /** The source text, version included. */
  public static String source() {
    return "#!lua name="
        + NAME
        + "\nlocal GENERATION, VERSION = "
        + GENERATION
        + ", '"
        + VERSION
        + "'\n"
        + BODY;
  }

  /** A hash of the source text. */
  public static String version() {
    return VERSION;
  }

  private static String read() {
    StringBuilder source = new StringBuilder();
    for (String file : FILES) {
      source.append("-- ").append(file).append(".lua\n").append(read(file)).append('\n');
    }
    return source.toString();
  }

  private static String read(String file) {
    try (InputStream in =
        FunctionLibrary.class.getResourceAsStream("/parley/functions/" + file + ".lua")) {
      if (in == null) {
        throw new IllegalStateException("the function library lacks " + file + ".lua");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((GENERATION + text).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 10);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
