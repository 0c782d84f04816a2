package parley.local;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options of a command line, {@code --name value}: each known to the command, each with a
 * value.
 */
final class Options {
  private final Map<String, String> values = new HashMap<>();

  Options(List<String> words, Set<String> known) {
    for (int i = 0; i < words.size(); i += 2) {
      String word = words.get(i);
      String name = word.startsWith("--") ? word.substring(2) : "";
      if (!known.contains(name)) {
        throw new Refusal("Unknown option " + word + "; ./parley help lists them.");
      }
      if (i + 1 == words.size()) {
        throw new Refusal("The option " + word + " wants a value.");
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

  int number(String name, int otherwise, int least, int most) {
    String text = values.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, with the range.
    }
    throw new Refusal(
        "--%s wants a number from %d to %d, not %s.".formatted(name, least, most, text));
  }
}
