package parley.verify.talk;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import parley.verify.check.Observation;
import parley.verify.check.Sent;

/** Many plain WebSocket clients; every second one wants its messages acked as stored. */
public final class WebSocketTalkers implements Talker {
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final List<WebSocketClient> clients = new ArrayList<>();
  private final List<Outgoing> outgoing = new ArrayList<>();
  private final List<Observation> observations = new ArrayList<>();
  private final Refusals refusals = new Refusals();
  private final Duration every;
  private volatile boolean talking = true;

  /** {@code roomsOf} gives the rooms of the client with a number. */
  public WebSocketTalkers(
      int count,
      List<URI> doors,
      java.util.function.IntFunction<List<String>> roomsOf,
      Duration every,
      long seed) {
    this.every = every;
    for (int i = 0; i < count; i++) {
      String user = "ws-" + i;
      List<String> rooms = roomsOf.apply(i);
      var out = new Outgoing(user, rooms, i % 2 == 1);
      var observation = new Observation(user, "ws");
      outgoing.add(out);
      observations.add(observation);
      clients.add(
          new WebSocketClient(http, doors, rooms, user, out, observation, refusals, seed + i));
    }
  }

  @Override
  public void start() {
    clients.forEach(client -> Thread.ofVirtual().start(client::run));
    Thread.ofVirtual().start(this::write);
  }

  private void write() {
    while (talking) {
      outgoing.forEach(Outgoing::write);
      LockSupport.parkNanos(every.toNanos());
    }
  }

  @Override
  public void quiet() {
    talking = false;
  }

  @Override
  public int open() {
    return outgoing.stream().mapToInt(Outgoing::open).sum();
  }

  @Override
  public List<Observation> observations() {
    return List.copyOf(observations);
  }

  @Override
  public List<Sent> sent() {
    return outgoing.stream().flatMap(out -> out.sent().stream()).toList();
  }

  @Override
  public Refusals refusals() {
    return refusals;
  }

  @Override
  public void close() {
    clients.forEach(WebSocketClient::end);
    http.shutdownNow();
  }
}
