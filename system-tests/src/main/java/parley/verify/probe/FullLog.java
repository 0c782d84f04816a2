package parley.verify.probe;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import parley.verify.check.Sent;
import parley.verify.check.Verdict;
import parley.verify.check.Verdict.Promise;
import parley.verify.cluster.Cluster;

/**
 * P7: while Postgres stands still a room is written to until its shard's log has used up its
 * budget. What is refused then says {@code full} and when to try again; what was acked is in
 * Postgres in the end, which is for the checker to see.
 *
 * <p>The room is entered and written to once before, for nobody can open a room without Postgres.
 */
public final class FullLog implements AutoCloseable {
  private static final int AT_ONCE = 50;
  private static final int REFUSED_ENOUGH = 100;
  private static final long SECONDS_MAX = 30;
  private static final AtomicInteger RUNS = new AtomicInteger();

  private final Cluster cluster;
  private final Verdict verdict;
  private final String user = "flood-" + RUNS.incrementAndGet();
  private final String room = user + "-room";
  private final Onlooker onlooker;
  private final List<Sent> sent = new ArrayList<>();
  private int number;

  public FullLog(Cluster cluster, Verdict verdict) throws IOException {
    this.cluster = cluster;
    this.verdict = verdict;
    this.onlooker = Onlooker.patiently(cluster.port(0), user, 0, (event, data) -> {});
  }

  /** While Postgres is there. */
  public void open() throws IOException {
    onlooker.ask("join", new JsonObject().put("room", room));
    send(1);
    if (sent.isEmpty()) {
      throw new IOException(room + " took no message before anything was broken");
    }
  }

  /** What was acked of it, for the checker. */
  public List<Sent> sent() {
    return List.copyOf(sent);
  }

  /** Postgres stands still already. */
  public void fill() throws IOException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
    int full = 0;
    while (full < REFUSED_ENOUGH && System.nanoTime() < until) {
      full += send(AT_ONCE);
    }
    verdict.check(
        Promise.P7,
        full > 0,
        "%,d messages went into a log with a budget of %,d, and none was refused as full"
            .formatted(sent.size(), cluster.logEntriesMax()));
    verdict.remark(
        Promise.P7,
        "log filled to its budget: %,d messages accepted, then %,d refused as full"
            .formatted(sent.size(), full));
  }

  @Override
  public void close() {
    onlooker.close();
  }

  /** Gives how many of them the full log refused. */
  private int send(int messages) throws IOException {
    var answers = new ArrayList<CompletableFuture<JsonObject>>();
    int first = number;
    for (int i = 0; i < messages; i++, number++) {
      answers.add(onlooker.tell("send", message(number)));
    }
    int full = 0;
    for (int i = 0; i < messages; i++) {
      JsonObject answer = answered(answers.get(i));
      full += answer == null ? 0 : take(answer, first + i);
    }
    return full;
  }

  private JsonObject message(int number) {
    return new JsonObject()
        .put("room", room)
        .put("text", user + " floods " + number)
        .put("key", user + "-" + number);
  }

  private static @Nullable JsonObject answered(CompletableFuture<JsonObject> answer) {
    return answer
        .completeOnTimeout(new JsonObject(), SECONDS_MAX, TimeUnit.SECONDS)
        .exceptionally(broken -> new JsonObject())
        .join();
  }

  /** Gives 1 if the log was full. */
  private int take(JsonObject answer, int number) {
    if (answer.getBoolean("ok", false)) {
      sent.add(
          new Sent(
              user,
              room,
              user + "-" + number,
              user + " floods " + number,
              false,
              System.nanoTime(),
              List.of(new Sent.Ack(answer.getLong("seq"), System.nanoTime()))));
      return 0;
    }
    JsonObject error = answer.getJsonObject("error");
    if (error == null) {
      return 0;
    }
    verdict.check(
        Promise.P7,
        error.getLong("retryAfterMs") != null,
        "a refusal does not say when to try again: " + error);
    return error.getString("code", "").equals("full") ? 1 : 0;
  }
}
