package parley.bench.peers;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.bench.load.Load;
import parley.bench.measure.Measured;

/**
 * What a comparison found, for a person: the figures, and Parley's as a multiple of each peer's.
 */
record PeerTables(
    List<Comparison.Scenario> scenarios,
    Map<String, Map<Comparison.Scenario, Load.Ceiling>> results,
    List<String> remarks) {

  String text() {
    var text = new StringBuilder();
    line(text, "server", "rooms", "deliveries/s", "B each", "CPU s/M", "p50 half", "p99 half");
    results.forEach(
        (name, found) ->
            found.forEach((scenario, ceiling) -> figures(text, name, scenario, ceiling)));
    results.keySet().stream()
        .filter(name -> name.startsWith("Parley"))
        .forEach(parley -> ratios(text, parley));
    remarks.forEach(remark -> text.append(remark).append(System.lineSeparator()));
    return text.toString();
  }

  private static void figures(
      StringBuilder text, String name, Comparison.Scenario scenario, Load.Ceiling ceiling) {
    Measured most = ceiling.most();
    Measured half = ceiling.half();
    line(
        text,
        name,
        scenario.name(),
        "%,.0f".formatted(most.deliveriesPerSecond()),
        "%.0f".formatted(most.delivered() == 0 ? 0.0 : (double) most.bytes() / most.delivered()),
        "%.2f".formatted(most.cpuSecondsPerMillion()),
        "%.1f".formatted(half.p50Millis()),
        "%.1f".formatted(half.p99Millis()),
        "opened %,.0f/s".formatted(most.opening().perSecond()),
        losses(most, half));
  }

  private static String losses(Measured... runs) {
    long lost = 0;
    for (Measured run : runs) {
      lost += run.gaps() + run.repeats() + run.owed();
    }
    return lost == 0 ? "none lost" : "LOST " + lost;
  }

  private void ratios(StringBuilder text, String parley) {
    text.append("%n%s as a multiple of: deliveries/s (CPU per delivery)%n".formatted(parley));
    results.forEach(
        (peer, found) -> {
          if (!peer.startsWith("Parley")) {
            text.append("  %-20s".formatted(peer));
            scenarios.forEach(
                s -> text.append("  %-11s %-14s".formatted(s.name(), ratio(parley, found, s))));
            text.append(System.lineSeparator());
          }
        });
  }

  private String ratio(
      String parley, Map<Comparison.Scenario, Load.Ceiling> peers, Comparison.Scenario scenario) {
    Load.@Nullable Ceiling ours = results.getOrDefault(parley, Map.of()).get(scenario);
    Load.@Nullable Ceiling theirs = peers.get(scenario);
    return ours == null || theirs == null
        ? "-"
        : "%.2f (%.2f)"
            .formatted(
                ours.most().deliveriesPerSecond() / theirs.most().deliveriesPerSecond(),
                ours.most().cpuSecondsPerMillion() / theirs.most().cpuSecondsPerMillion());
  }

  private static void line(StringBuilder text, String name, String rooms, String... figures) {
    text.append("%-20s %-11s".formatted(name, rooms));
    for (String figure : figures) {
      text.append(" %12s".formatted(figure));
    }
    text.append(System.lineSeparator());
  }
}
