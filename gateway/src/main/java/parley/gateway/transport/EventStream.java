package parley.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Refused;
import parley.gateway.room.Ended;
import parley.gateway.room.Gap;
import parley.gateway.room.Loop;
import parley.gateway.room.Place;
import parley.gateway.room.Resumed;
import parley.gateway.room.WireFormat;
import parley.gateway.session.Answers;
import parley.gateway.session.Caller;
import parley.gateway.session.Peer;
import parley.gateway.session.Session;
import parley.gateway.session.Sessions;
import parley.protocol.ErrorCode;

/**
 * A client of server-sent events: hears the rooms that it named. The id of each event is a {@link
 * Place}, so a browser that reconnects says by itself where it was. Lives on its event loop.
 */
final class EventStream implements Peer {
  private static final Duration HEARTBEAT_EVERY = Duration.ofSeconds(15);
  private static final Buffer HEARTBEAT = Buffer.buffer(":\n\n");

  private final Vertx vertx;
  private final Clients clients;
  private final HttpServerResponse response;
  private final String id;
  private final String address;
  private final Session session;
  private final boolean comesAgain;
  private final long heartbeat;
  private boolean placed;
  private boolean ended;

  /**
   * @param comesAgain whether the client returns by itself where a stream ends, as browsers do, and
   *     only there: they take any other answer than a stream for the last word
   */
  EventStream(
      Vertx vertx,
      Sessions sessions,
      Clients clients,
      Loop loop,
      String id,
      String address,
      Caller caller,
      boolean comesAgain,
      HttpServerResponse response) {
    this.vertx = vertx;
    this.comesAgain = comesAgain;
    this.clients = clients;
    this.response = response;
    this.id = id;
    this.address = address;
    this.session = sessions.open(loop, this, caller);
    clients.came(Clients.Transport.SSE);
    this.heartbeat = vertx.setPeriodic(HEARTBEAT_EVERY.toMillis(), timer -> write(HEARTBEAT));
    response
        .setChunked(true)
        .putHeader("Content-Type", "text/event-stream")
        .putHeader("Cache-Control", "no-store")
        .putHeader("X-Accel-Buffering", "no");
    response.closeHandler(gone -> close());
    response.exceptionHandler(failure -> close());
    response.drainHandler(nothing -> session.drained());
  }

  /**
   * Goes on behind the client's last event, or from now on; what cannot be had of the past is told
   * as a gap.
   *
   * @param lastEventId what a browser hands back after a break
   */
  void begin(List<String> rooms, @Nullable String lastEventId, @Nullable Long after) {
    var _ = session.hearUser();
    if (lastEventId == null) {
      joinAll(rooms, after);
      return;
    }
    Place last = Place.parse(lastEventId);
    if (last == null) {
      beginAnew(rooms);
      return;
    }
    Map<String, Long> fromTheStart = new HashMap<>();
    rooms.forEach(room -> fromTheStart.put(room, 0L));
    session
        .resume(last, fromTheStart)
        .onSuccess(
            resumed -> {
              switch (resumed) {
                // A browser counts the stream as open only once something of it has come; and
                // comes back to where it is told that it is.
                case Resumed.Recovered recovered -> {
                  Buffer place = Buffer.buffer("id: " + recovered.place() + "\n\n");
                  var _ = write(recovered.events() > 0 ? HEARTBEAT : place);
                }
                case Resumed.Unproved unproved when unproved.forNow() ->
                    refuse(
                        Answers.refused(
                            Refused.of(
                                ErrorCode.UNAVAILABLE,
                                "what was missed cannot be had at present")));
                case Resumed.Unproved _ -> beginAnew(rooms);
              }
            })
        .onFailure(failure -> refuse(Answers.refused(failure)));
  }

  /** For a client that was somewhere, but nobody can tell what it missed. */
  private void beginAnew(List<String> rooms) {
    rooms.forEach(room -> say("gap", new JsonObject().put("room", room).encode()));
    joinAll(rooms, null);
  }

  private void joinAll(List<String> rooms, @Nullable Long after) {
    for (String room : rooms) {
      JsonObject join = new JsonObject().put("room", room);
      if (after != null) {
        join.put("after", after);
      }
      session.handle("join", join, json -> joined(json));
    }
  }

  /** The answer to a join: its missed events, and the position from which the stream goes on. */
  private void joined(String json) {
    JsonObject answer = new JsonObject(json);
    if (!answer.getBoolean("ok")) {
      refuse(json);
      return;
    }
    if (answer.getJsonObject("gap") != null) {
      say("gap", answer.getJsonObject("gap").put("room", answer.getString("room")).encode());
    }
    StringBuilder out = new StringBuilder();
    for (Object event : answer.getJsonArray("events")) {
      if (event instanceof JsonObject fields) {
        String type = fields.getString("type", "");
        Place place =
            Place.behind(fields.getLong("pos"), fields.getLong("seq"), answer.getString("room"));
        out.append("id: ").append(place).append("\nevent: ");
        out.append(type.equals("custom") ? fields.getString("event", type) : type);
        out.append("\ndata: ").append(fields.encode()).append("\n\n");
      }
    }
    answer.remove("events");
    Place place =
        Place.behind(answer.getLong("pos"), answer.getLong("head"), answer.getString("room"));
    answer.remove("pos");
    if (!placed && !answer.getBoolean("more")) {
      // A stream cut before its first event goes on from here; of further rooms it has heard no
      // more than this.
      placed = true;
      out.append("id: ").append(place).append('\n');
    }
    out.append("event: joined\ndata: ").append(answer.encode()).append("\n\n");
    write(Buffer.buffer(out.toString()));
  }

  private void refuse(String json) {
    if (response.headWritten()) {
      write(Buffer.buffer("event: refused\ndata: " + json + "\n\n"));
      return;
    }
    String code = new JsonObject(json).getJsonObject("error").getString("code");
    ErrorCode known = ErrorCode.of(code);
    Duration wait = known == null ? null : known.retryAfter();
    if (comesAgain && wait != null) {
      write(
          Buffer.buffer("retry: " + wait.toMillis() + "\nevent: refused\ndata: " + json + "\n\n"));
      goAway();
    } else {
      close();
      response.setChunked(false);
      HttpAnswers.json(response, known == null ? 500 : known.httpStatus(), json);
    }
  }

  private Future<Void> write(Buffer text) {
    return ended || response.closed() ? Future.succeededFuture() : response.write(text);
  }

  private void close() {
    if (!ended) {
      ended = true;
      vertx.cancelTimer(heartbeat);
      session.close();
      clients.left(Clients.Transport.SSE);
    }
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public WireFormat format() {
    return WireFormat.SSE;
  }

  @Override
  public boolean writable() {
    return !ended && !response.writeQueueFull();
  }

  @Override
  public void write(ByteBuf frames) {
    if (ended || response.closed()) {
      frames.release();
    } else {
      var _ = response.write(BufferInternal.buffer(frames));
    }
  }

  @Override
  public void flush() {
    // Vert.x flushes each write
  }

  @Override
  public void say(String event, String json) {
    var _ = write(Buffer.buffer("event: " + event + "\ndata: " + json + "\n\n"));
  }

  @Override
  public void gap(Gap gap) {
    say("gap", Frames.gap(gap));
  }

  @Override
  public void ended(String room, Ended why) {
    session.ended(room, why);
  }

  @Override
  public void end(ErrorCode code, String message) {
    say("ended", Frames.ended(code, message));
    close();
    var _ = response.end();
  }

  @Override
  public void goAway() {
    close();
    var _ = response.end();
  }
}
