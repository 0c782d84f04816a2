package parley.verify.check;

import java.util.ArrayList;
import java.util.List;

/** What one client heard, in the order in which it heard it, and how often it had to come back. */
public final class Observation {
  private final String client;
  private final String transport;
  private final List<Heard> heard = new ArrayList<>();
  private final List<Return> returns = new ArrayList<>();

  public Observation(String client, String transport) {
    this.client = client;
    this.transport = transport;
  }

  public synchronized void add(Heard one) {
    heard.add(one);
  }

  public synchronized void add(Return one) {
    returns.add(one);
  }

  public String client() {
    return client;
  }

  public String transport() {
    return transport;
  }

  public synchronized List<Heard> heard() {
    return List.copyOf(heard);
  }

  /** How much was heard so far. */
  public synchronized int size() {
    return heard.size();
  }

  public synchronized List<Return> returns() {
    return List.copyOf(returns);
  }
}
