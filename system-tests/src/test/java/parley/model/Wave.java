package parley.model;

import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;

/** Some episodes at the same time in one house, which suffers meanwhile. */
final class Wave {
  private static final int BETWEEN_FAULTS_MS_MAX = 200;

  private final House house;
  private final List<Fault> faults;
  private final Random random;
  private final List<Episode> episodes = new ArrayList<>();
  private final Map<String, Integer> counts = new ConcurrentSkipListMap<>();
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

  void run() throws InterruptedException, ExecutionException {
    for (Episode episode : episodes) {
      episode.start(() -> !over);
    }
    sufferAll();
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

  /** The parts at the same time, each what is its own in turn, over about the same time. */
  private void sufferAll() throws InterruptedException, ExecutionException {
    try (var parts = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> suffering = new ArrayList<>();
      for (Fault.Part part : Fault.Part.values()) {
        Random own = new Random(random.nextLong());
        suffering.add(
            parts.submit(
                () -> {
                  suffer(part, own);
                  return null;
                }));
      }
      for (Future<?> one : suffering) {
        one.get();
      }
    } finally {
      over = true;
    }
  }

  private void suffer(Fault.Part part, Random own) throws InterruptedException, TimeoutException {
    long most = Arrays.stream(Fault.Part.values()).mapToLong(this::of).max().orElse(0);
    for (Fault fault : faults) {
      if (fault.part == part) {
        Thread.sleep(own.nextLong(BETWEEN_FAULTS_MS_MAX * most / of(part)));
        episodes.forEach(episode -> episode.chronicle.note("house", "suffers " + fault));
        if (fault == Fault.CUT_CLIENTS) {
          episodes.forEach(Episode::cutClients);
        } else {
          house.suffer(fault, own);
        }
        counts.merge(fault.name(), 1, Integer::sum);
      }
    }
  }

  private long of(Fault.Part part) {
    return faults.stream().filter(fault -> fault.part == part).count();
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
