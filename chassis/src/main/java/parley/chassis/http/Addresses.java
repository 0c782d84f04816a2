package parley.chassis.http;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Several addresses of the same kind of process, taken in turn; those that just failed last. */
final class Addresses {

  private static final Duration AVOIDED_FOR = Duration.ofSeconds(1);

  private final List<URI> all;
  private final AtomicInteger next = new AtomicInteger();
  private final Map<URI, Long> failedAt = new ConcurrentHashMap<>();

  Addresses(List<URI> all) {
    if (all.isEmpty()) {
      throw new IllegalArgumentException("there is no address to call");
    }
    this.all = all.stream().map(uri -> URI.create(uri.toString().replaceAll("/+$", ""))).toList();
  }

  List<URI> inTurn() {
    int first = Math.floorMod(next.getAndIncrement(), all.size());
    List<URI> good = new ArrayList<>();
    List<URI> failing = new ArrayList<>();
    long now = System.nanoTime();
    for (int i = 0; i < all.size(); i++) {
      URI address = all.get((first + i) % all.size());
      Long failed = failedAt.get(address);
      boolean avoided = failed != null && now - failed < AVOIDED_FOR.toNanos();
      (avoided ? failing : good).add(address);
    }
    good.addAll(failing);
    return good;
  }

  void failed(URI address) {
    failedAt.put(address, System.nanoTime());
  }
}
