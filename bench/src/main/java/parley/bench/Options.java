package parley.bench;

import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options of a command line: {@code --name value}, each known, each at most once. */
final class Options {
  /** What the command line says is wrong; the message is for the person who typed it. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  private static final Set<String> KNOWN =
      Set.of(
          "url",
          "kind",
          "path",
          "secret",
          "rooms",
          "clients",
          "rate",
          "window",
          "text",
          "warmup",
          "seconds",
          "pids",
          "json",
          "one-in",
          "only",
          "ping-interval");

  private final Map<String, String> values = new LinkedHashMap<>();

  Options(List<String> words) {
    for (int i = 0; i < words.size(); i += 2) {
      String word = words.get(i);
      String name = word.startsWith("--") ? word.substring(2) : "";
      if (!KNOWN.contains(name)) {
        throw new Refused("unknown option " + word + "; see ./parley bench help");
      }
      if (i + 1 == words.size()) {
        throw new Refused("the option " + word + " wants a value");
      }
      values.put(name, words.get(i + 1));
    }
  }

  @Nullable String find(String name) {
    return values.get(name);
  }

  String text(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  /** What stands between commas; nothing if the option is not given. */
  List<String> words(String name) {
    String value = values.get(name);
    return value == null ? List.of() : List.of(value.split(","));
  }

  int number(String name, int otherwise) {
    String value = values.get(name);
    try {
      return value == null ? otherwise : Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new Refused("--" + name + " wants a whole number, not " + value);
    }
  }

  double rate(double otherwise) {
    String value = values.get("rate");
    try {
      return value == null ? otherwise : Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new Refused("--rate wants messages per second, not " + value);
    }
  }

  List<URI> urls() {
    return Arrays.stream(text("url", "http://127.0.0.1:8080").split(","))
        .map(Options::url)
        .toList();
  }

  private static URI url(String text) {
    try {
      URI url = URI.create(text);
      if (url.getHost() != null && url.getPort() > 0) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // Said below, with an example.
    }
    throw new Refused("--url wants addresses like http://127.0.0.1:8080, not " + text);
  }

  List<Long> pids() {
    String value = values.get("pids");
    try {
      return value == null
          ? List.of()
          : Arrays.stream(value.split(",")).map(Long::valueOf).toList();
    } catch (NumberFormatException e) {
      throw new Refused("--pids wants numbers with commas between them, not " + value);
    }
  }
}
