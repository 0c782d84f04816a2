package parley.verify.check;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** For each promise: how much was checked, and what did not hold. */
public final class Verdict {
  /** What is promised, in short. */
  public enum Promise {
    P1("one order"),
    P2("no gap, no repeat"),
    P3("an ack means something"),
    P4("retry is safe"),
    P5("a dead node is nobody's problem"),
    P6("a slow client hurts only itself"),
    P7("overload is refused, not lost"),
    P8("health tells the truth");

    private final String words;

    Promise(String words) {
      this.words = words;
    }
  }

  private static final int EXAMPLES_SHOWN = 5;
  private static final int EXAMPLES_MAX = 1_000;

  private static final class Account {
    private long checked;
    private long broken;
    private final List<String> examples = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
  }

  private final Map<Promise, Account> accounts = new EnumMap<>(Promise.class);

  /** Something held, or it did not: then {@code what} says so. */
  public synchronized void check(Promise promise, boolean holds, String what) {
    Account account = account(promise);
    account.checked++;
    if (!holds) {
      account.broken++;
      if (account.examples.size() < EXAMPLES_MAX) {
        account.examples.add(what);
      }
    }
  }

  /** A count that belongs to the promise and breaks nothing. */
  public synchronized void remark(Promise promise, String what) {
    account(promise).remarks.add(what);
  }

  private Account account(Promise promise) {
    return accounts.computeIfAbsent(promise, key -> new Account());
  }

  public synchronized boolean holds() {
    return accounts.values().stream().allMatch(account -> account.broken == 0);
  }

  /** Whether something of the promise was broken. */
  public synchronized boolean isBroken(Promise promise) {
    Account account = accounts.get(promise);
    return account != null && account.broken > 0;
  }

  /** The promises that nothing was checked of. */
  public synchronized List<Promise> untried() {
    return List.of(Promise.values()).stream()
        .filter(promise -> account(promise).checked == 0)
        .toList();
  }

  public synchronized long violations() {
    return accounts.values().stream().mapToLong(account -> account.broken).sum();
  }

  /** What did not hold, as far as it is kept, each with its promise. */
  public synchronized List<String> broken() {
    List<String> broken = new ArrayList<>();
    accounts.forEach(
        (promise, account) ->
            account.examples.forEach(example -> broken.add(promise + " " + example)));
    return broken;
  }

  /** A line for each promise, and the first of what did not hold. */
  public synchronized String table() {
    var table = new StringBuilder();
    List.of(Promise.values()).forEach(this::account);
    accounts.forEach(
        (promise, account) -> {
          table.append(
              "%s  %-34s %-9s %,d checks%s%n"
                  .formatted(
                      promise,
                      promise.words,
                      account.checked == 0 ? "UNTRIED" : account.broken == 0 ? "holds" : "BROKEN",
                      account.checked,
                      account.broken == 0 ? "" : ", %,d violations".formatted(account.broken)));
          account.remarks.forEach(remark -> table.append("      ").append(remark).append('\n'));
          account.examples.stream()
              .limit(EXAMPLES_SHOWN)
              .forEach(example -> table.append("    ! ").append(example).append('\n'));
        });
    return table.toString();
  }
}
