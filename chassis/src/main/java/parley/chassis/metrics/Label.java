package parley.chassis.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A label of a measure and every value that it can take, so that nobody's input makes time series.
 *
 * @param told the values as the page tells them
 */
public record Label(String name, Set<String> values, String told) {

  public Label {
    values = Set.copyOf(values);
  }

  public static Label of(String name, String... values) {
    return new Label(name, Set.of(values), String.join(", ", values));
  }

  /** The values of an enum. */
  public static <E extends Enum<E>> Label of(
      String name, Class<E> kinds, Function<E, String> value) {
    List<String> values = Arrays.stream(kinds.getEnumConstants()).map(value).toList();
    return new Label(name, Set.copyOf(values), String.join(", ", values));
  }

  /** A number below a bound; or one series for all where there are more. */
  public static Label number(String name, int below) {
    Set<String> values =
        Stream.concat(IntStream.range(0, below).mapToObj(Integer::toString), Stream.of("all"))
            .collect(Collectors.toUnmodifiableSet());
    return new Label(name, values, "a number; `all` where there are more than " + below);
  }
}
