package parley.verify;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A change of one source file of the product.
 *
 * @param file from the root of the checkout
 * @param from must stand in it exactly once; blanks and line ends count alike
 */
record Edit(String file, String from, String to) {
  String apply(String source) {
    String pattern =
        Arrays.stream(from.strip().split("\\s+"))
            .map(Pattern::quote)
            .collect(Collectors.joining("\\s+"));
    Matcher matcher = Pattern.compile(pattern).matcher(source);
    if (!matcher.find()) {
      throw new IllegalStateException(
          "%s no longer holds what a planted bug replaces; plant it anew in Plant:%n%s"
              .formatted(file, from));
    }
    String changed = source.substring(0, matcher.start()) + to + source.substring(matcher.end());
    if (matcher.find()) {
      throw new IllegalStateException(
          "%s holds more than once what a planted bug replaces; say more in Plant:%n%s"
              .formatted(file, from));
    }
    return changed;
  }
}
