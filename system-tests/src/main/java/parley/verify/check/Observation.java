package parley.verify.check;

import java.util.ArrayList;
import java.util.List;

/** What one client heard, in the order in which it heard it; written by one thread at a time. */
public final class Observation {
  private final String client;
  private final String transport;
  private final List<Heard> heard = new ArrayList<>();

  public Observation(String client, String transport) {
    this.client = client;
    this.transport = transport;
  }

  public synchronized void add(Heard one) {
    heard.add(one);
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
}
