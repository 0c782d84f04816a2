package parley.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code ./parley up} was told.
 *
 * @param opsPort the first of the ports of metrics and health; 0 for any free ones
 */
record UpOptions(
    int port,
    int gateways,
    int opsPort,
    DataFolder data,
    @Nullable String redis,
    @Nullable String postgres,
    boolean limits) {

  private static final int GATEWAYS_MAX = 16;

  static UpOptions of(List<String> words) {
    var options =
        new Options(
            words, Set.of("port", "gateways", "ops-port", "data", "redis", "postgres", "limits"));
    String limits = options.text("limits", "on");
    if (!limits.equals("on") && !limits.equals("off")) {
      throw new Refusal("--limits is on or off, not " + limits + ".");
    }
    int gateways = options.number("gateways", 2, 1, GATEWAYS_MAX);
    return new UpOptions(
        options.number("port", 8080, 1, 65_535 - gateways),
        gateways,
        options.number("ops-port", 0, 0, 65_535 - gateways),
        new DataFolder(Path.of(options.text("data", Main.DATA))),
        options.find("redis"),
        options.find("postgres"),
        limits.equals("on"));
  }
}
