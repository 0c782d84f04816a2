package parley.model;

import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;

/** Some episodes at the same time in one house, which suffers meanwhile. */
final class Wave {
  private static final int BETWEEN_FAULTS_MS_MAX = 200;

  private final House house;
  private final List<Fault> faults;
  private final Random random;
  private final List<Episode> episodes = new ArrayList<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private volatile boolean over;

  /**
   * @param faults in any order: the first seed shuffles them
   */
  Wave(House house, HttpClient http, List<Long> seeds, List<Fault> faults) {
    this.house = house;
    this.random = new Random(seeds.getFirst() * 41);
    this.faults = new ArrayList<>(faults);
    Collections.shuffle(this.faults, random);
    seeds.forEach(seed -> episodes.add(new Episode(seed, house, http)));
  }

  void run() throws InterruptedException, TimeoutException {
    for (Episode episode : episodes) {
      episode.start(() -> !over);
    }
    try {
      for (Fault fault : faults) {
        Thread.sleep(random.nextInt(BETWEEN_FAULTS_MS_MAX));
        episodes.forEach(episode -> episode.chronicle.note("house", "suffers " + fault));
        if (fault == Fault.CUT_CLIENTS) {
          episodes.forEach(Episode::cutClients);
        } else {
          house.suffer(fault, random);
        }
        counts.merge(fault.name(), 1, Integer::sum);
      }
    } finally {
      over = true;
    }
    boolean lossy = faults.stream().anyMatch(Fault.LOSSY::contains);
    List<Thread> finishing = new ArrayList<>();
    for (Episode episode : episodes) {
      finishing.add(Thread.ofVirtual().start(() -> episode.finish(lossy)));
    }
    for (Thread thread : finishing) {
      thread.join();
    }
    for (Episode episode : episodes) {
      episode.counts.forEach((what, times) -> counts.merge(what, times, Integer::sum));
    }
  }

  List<Fault> faults() {
    return faults;
  }

  Map<String, Integer> counts() {
    return counts;
  }

  List<Episode> broken() {
    return episodes.stream().filter(episode -> !episode.breaches.isEmpty()).toList();
  }
}
