package parley.chassis.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Everything that one kind of process measures. A service declares its measures as constants of one
 * class, through its catalogue; a name that is not as Prometheus wants it fails when the class is
 * loaded.
 */
public final class Catalogue {
  /** From a tenth of a millisecond to five seconds: ways within a machine room. */
  private static final List<Duration> TIMES =
      Stream.of(
              0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1e3, 2.5e3, 5e3)
          .map(ms -> Duration.ofNanos((long) (ms * 1e6)))
          .toList();

  private static final List<Integer> SIZES = List.of(1, 4, 16, 64, 256, 1_024, 4_096);

  private static final Pattern NAME = Pattern.compile("parley(_[a-z]+)+");
  private static final String COUNT = "_total";
  private static final String TIME = "_seconds";

  private final String title;
  private final List<Measure> measures = new ArrayList<>();

  /**
   * @param title the process that measures this, as a heading
   */
  public Catalogue(String title) {
    this.title = title;
  }

  public String title() {
    return title;
  }

  /** In the order in which they were declared. */
  public List<Measure> measures() {
    return List.copyOf(measures);
  }

  public Measure.Count count(String name, String means) {
    return add(new Measure.Count(name, means, null));
  }

  public Measure.Count count(String name, Label label, String means) {
    return add(new Measure.Count(name, means, label));
  }

  public Measure.Level level(String name, String means) {
    return add(new Measure.Level(name, means, null));
  }

  public Measure.Level level(String name, Label label, String means) {
    return add(new Measure.Level(name, means, label));
  }

  public Measure.Time time(String name, String means) {
    return add(new Measure.Time(name, means, null, TIMES));
  }

  public Measure.Time time(String name, Label label, String means) {
    return add(new Measure.Time(name, means, label, TIMES));
  }

  public Measure.Size size(String name, String means) {
    return add(new Measure.Size(name, means, null, SIZES));
  }

  private <M extends Measure> M add(M measure) {
    String name = measure.name();
    boolean well =
        NAME.matcher(name).matches()
            && name.endsWith(COUNT) == measure instanceof Measure.Count
            && (!(measure instanceof Measure.Time) || name.endsWith(TIME))
            && measures.stream().noneMatch(other -> other.name().equals(name));
    if (!well) {
      throw new IllegalArgumentException(
          name
              + " is no name for a measure: parley_<words>, once, counters end in _total, times in"
              + " _seconds");
    }
    measures.add(measure);
    return measure;
  }
}
