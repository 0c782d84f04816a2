package parley.verify;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** Deals faults in an order of chance, each kind once before any comes again. */
final class Deck {
  private final Set<Fault> kinds;
  private final Random random;
  private final Deque<Fault> rest = new ArrayDeque<>();

  Deck(Set<Fault> kinds, Random random) {
    this.kinds = new TreeSet<>(kinds);
    this.random = random;
  }

  Fault next() {
    if (rest.isEmpty()) {
      List<Fault> all = new ArrayList<>(kinds);
      Collections.shuffle(all, random);
      rest.addAll(all);
    }
    return rest.pop();
  }
}
