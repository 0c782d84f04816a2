package parley.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Promises P1 to P4 under random interleavings of people and faults. {@code -Dmodel.seeds=N} runs
 * so many, {@code -Dmodel.seed=S} begins with (or, with N = 1, is) that one.
 */
@Tag("full")
class ModelTest {
  private static final int FAULTS_EACH = 2;
  private static final int EXERCISED_OF_200 = 20;

  @Test
  void everyone_hears_everything_once_in_one_order_whatever_breaks() throws Exception {
    int seeds = Integer.getInteger("model.seeds", 200);
    long first = Long.getLong("model.seed", 1);
    Map<String, Integer> counts = new TreeMap<>();
    List<String> failures = new ArrayList<>();
    HttpClient http = HttpClient.newHttpClient();
    try (House house = new House()) {
      for (long seed = first; seed < first + seeds; seed++) {
        Episode episode = new Episode(seed, house, faults(seed), http);
        long start = System.nanoTime();
        episode.run();
        long ms = (System.nanoTime() - start) / 1_000_000;
        System.out.printf("seed %d: %s, %d ms, %s%n", seed, faults(seed), ms, episode.counts);
        episode.counts.forEach((what, times) -> counts.merge(what, times, Integer::sum));
        if (!episode.breaches.isEmpty()) {
          failures.add(
              "seed "
                  + seed
                  + " with "
                  + faults(seed)
                  + ": "
                  + String.join("\n  ", episode.breaches));
          System.out.println("BROKEN " + failures.getLast());
        }
      }
      counts.put("lost messages", house.lostMessages());
    }
    System.out.println("over " + seeds + " seeds: " + counts);
    if (!failures.isEmpty()) {
      fail(
          "%d of %d seeds broke a promise:%n%s",
          failures.size(), seeds, String.join("\n", failures));
    }
    for (Fault fault : Fault.values()) {
      assertThat(counts.getOrDefault(fault.name(), 0))
          .as("how often %s occurred", fault)
          .isGreaterThanOrEqualTo(EXERCISED_OF_200 * seeds / 200);
    }
  }

  /** Two kinds for each seed; over the seeds each kind comes as often as the others. */
  private static List<Fault> faults(long seed) {
    List<Fault> faults = new ArrayList<>();
    for (long n = FAULTS_EACH * seed; n < FAULTS_EACH * (seed + 1); n++) {
      List<Fault> all = new ArrayList<>(List.of(Fault.values()));
      Collections.shuffle(all, new Random(n / all.size()));
      faults.add(all.get((int) (n % all.size())));
    }
    return faults;
  }
}
