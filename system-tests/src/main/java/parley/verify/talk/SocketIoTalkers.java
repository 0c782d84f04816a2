package parley.verify.talk;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import parley.verify.check.Heard;
import parley.verify.check.Observation;
import parley.verify.check.Return;
import parley.verify.check.Sent;
import parley.verify.cluster.Checkout;

/** Real, unmodified socket.io-client sessions in one Node process; every third one polls only. */
public final class SocketIoTalkers implements Talker {
  private static final String SCRIPT = "system-tests/src/main/node/clients.mjs";

  private final JsonObject config;
  private final Path folder;
  private final Map<String, Observation> observations = new HashMap<>();
  private final Map<String, Sent> sent = new HashMap<>();
  private final Refusals refusals = new Refusals();
  private @Nullable Process process;
  private @Nullable Writer commands;

  public SocketIoTalkers(
      int count, List<URI> doors, IntFunction<List<String>> roomsOf, Duration every, Path folder) {
    this.folder = folder;
    var clients = new JsonArray();
    for (int i = 0; i < count; i++) {
      boolean polls = i % 3 == 2;
      String user = "io-" + i;
      observations.put(user, new Observation(user, polls ? "socket.io polling" : "socket.io"));
      clients.add(
          new JsonObject()
              .put("user", user)
              .put("token", Tokens.of(user))
              .put("rooms", new JsonArray(roomsOf.apply(i)))
              .put("stored", i % 4 == 3)
              .put("transports", new JsonArray(List.of(polls ? "polling" : "websocket"))));
    }
    config =
        new JsonObject()
            .put("web", Checkout.root().resolve("web/client/package.json").toString())
            .put("doors", new JsonArray(doors.stream().map(URI::toString).toList()))
            .put("everyMillis", every.toMillis())
            .put("clients", clients);
  }

  @Override
  public void start() {
    Path script = Checkout.root().resolve(SCRIPT);
    try {
      Path file = Files.writeString(folder.resolve("clients.json"), config.encode());
      Process node =
          new ProcessBuilder("node", script.toString(), file.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      process = node;
      commands = node.outputWriter(StandardCharsets.UTF_8);
      Thread.ofVirtual().start(() -> read(node));
    } catch (IOException e) {
      throw new UncheckedIOException("Node is missing (apt-get install nodejs npm)", e);
    }
  }

  private void read(Process node) {
    try (BufferedReader lines = node.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        take(new JsonObject(line));
      }
    } catch (IOException e) {
      // The process was ended.
    }
  }

  private synchronized void take(JsonObject line) {
    String user = line.getString("user", "");
    Observation observation = require(observations.get(user));
    String room = line.getString("room", "");
    long at = nanos(line.getLong("at"));
    switch (line.getString("what")) {
      case "event" ->
          observation.add(
              new Heard.Event(
                  room,
                  line.getLong("seq"),
                  line.getLong("prev"),
                  line.getLong("pos"),
                  line.getString("type"),
                  line.getString("text"),
                  at));
      case "gap" ->
          observation.add(new Heard.Gap(room, line.getLong("after"), line.getLong("head"), at));
      case "start" -> observation.add(new Heard.Start(room, line.getLong("head"), at));
      case "returned" ->
          observation.add(
              new Return(
                  nanos(line.getLong("left")),
                  at,
                  line.getBoolean("hadSession"),
                  line.getBoolean("recovered", false),
                  line.getBoolean("thrownOut")));
      case "sent" -> sent.put(line.getString("key"), sent(user, line, at, List.of()));
      case "acked" -> {
        Sent before = sent.get(line.getString("key"));
        var acks = new ArrayList<>(before == null ? List.of() : before.acks());
        acks.add(new Sent.Ack(line.getLong("seq"), at));
        sent.put(
            line.getString("key"),
            sent(user, line, before == null ? at : before.writtenNanos(), acks));
      }
      case "refused" -> refusals.add(line.getString("code", "none"), line.getLong("retryAfterMs"));
      default -> {}
    }
  }

  private static Sent sent(String user, JsonObject line, long writtenNanos, List<Sent.Ack> acks) {
    return new Sent(
        user,
        line.getString("room"),
        line.getString("key"),
        line.getString("text"),
        line.getBoolean("stored"),
        writtenNanos,
        List.copyOf(acks));
  }

  /** The moment of a wall clock's milliseconds on this process' own clock. */
  private static long nanos(long wallMillis) {
    return System.nanoTime() - (System.currentTimeMillis() - wallMillis) * 1_000_000;
  }

  private static Observation require(@Nullable Observation observation) {
    if (observation == null) {
      throw new IllegalStateException("an unknown client speaks");
    }
    return observation;
  }

  @Override
  public void quiet() {
    command("quiet");
  }

  @Override
  public synchronized int open() {
    return (int) sent.values().stream().filter(one -> one.acks().isEmpty()).count();
  }

  @Override
  public synchronized List<Observation> observations() {
    return new ArrayList<>(observations.values());
  }

  @Override
  public synchronized List<Sent> sent() {
    return new ArrayList<>(sent.values());
  }

  @Override
  public Refusals refusals() {
    return refusals;
  }

  private void command(String word) {
    Writer writer = commands;
    if (writer != null) {
      try {
        writer.write(word + "\n");
        writer.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    Process known = process;
    if (known != null) {
      known.destroy();
    }
  }
}
