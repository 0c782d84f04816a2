package parley.verify.talk;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import parley.verify.check.Observation;
import parley.verify.check.Sent;

/**
 * Clients that live in this process: half of them plain WebSockets, the others nothing but HTTP.
 * Every second one wants its messages acked as stored.
 */
public final class JavaTalkers implements Talker {
  private static final int WAYS = 6;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final List<Runnable> starts = new ArrayList<>();
  private final List<Runnable> ends = new ArrayList<>();
  private final List<Outgoing> outgoing = new ArrayList<>();
  private final List<Observation> observations = new ArrayList<>();
  private final Refusals refusals = new Refusals();
  private final Duration every;
  private volatile boolean talking = true;

  /** {@code roomsOf} gives the rooms of the client with a number. */
  public JavaTalkers(
      int count, List<URI> doors, IntFunction<List<String>> roomsOf, Duration every, long seed) {
    this.every = every;
    for (int i = 0; i < count; i++) {
      boolean stored = (i / WAYS) % 2 == 1;
      switch (i % WAYS) {
        case 0 -> http(i, HttpTalker.Way.SSE, doors, roomsOf.apply(i), stored, seed + i);
        case 2 -> http(i, HttpTalker.Way.LONG, doors, roomsOf.apply(i), stored, seed + i);
        case 4 -> http(i, HttpTalker.Way.SHORT, doors, roomsOf.apply(i), stored, seed + i);
        default -> plain(i, doors, roomsOf.apply(i), stored, seed + i);
      }
    }
  }

  private void plain(int i, List<URI> doors, List<String> rooms, boolean stored, long seed) {
    String user = "ws-" + i;
    var out = new Outgoing(user, rooms, stored);
    var observation = new Observation(user, "ws");
    outgoing.add(out);
    observations.add(observation);
    var client = new WebSocketClient(http, doors, rooms, user, out, observation, refusals, seed);
    starts.add(() -> Thread.ofVirtual().start(client::run));
    ends.add(client::end);
  }

  private void http(
      int i, HttpTalker.Way way, List<URI> doors, List<String> rooms, boolean stored, long seed) {
    String user = "http-" + i;
    var out = new Outgoing(user, rooms, stored);
    var observation = new Observation(user, way.words);
    outgoing.add(out);
    observations.add(observation);
    var client = new HttpTalker(http, doors, rooms, user, out, observation, refusals, way, seed);
    starts.add(client::start);
    ends.add(client::end);
  }

  @Override
  public void start() {
    starts.forEach(Runnable::run);
    Thread.ofVirtual().start(this::write);
  }

  /** The clients do not all speak at once. */
  private void write() {
    while (talking) {
      for (Outgoing one : outgoing) {
        one.write();
        LockSupport.parkNanos(every.toNanos() / outgoing.size());
      }
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
    ends.forEach(Runnable::run);
    http.shutdownNow();
  }
}
