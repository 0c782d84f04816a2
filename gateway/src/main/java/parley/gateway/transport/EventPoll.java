package parley.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Refused;
import parley.gateway.room.Ended;
import parley.gateway.room.Gap;
import parley.gateway.room.Hearing;
import parley.gateway.room.Joined;
import parley.gateway.room.Loop;
import parley.gateway.room.Outlet;
import parley.gateway.room.WireFormat;
import parley.gateway.session.Caller;
import parley.protocol.ErrorCode;
import parley.protocol.EventHead;

/**
 * One request for the events of a room behind a seq: answered with what there is, or with the first
 * that comes within the time that the client waits. Lives on its event loop.
 */
final class EventPoll implements Outlet {
  private final Vertx vertx;
  private final Clients clients;
  private final String id;
  private final String room;
  private final HttpServerResponse response;
  private final Hearing hearing;
  private final Runnable onClose;
  private final BooleanSupplier revoked;
  private final List<String> events = new ArrayList<>();
  private @Nullable Gap gap;
  private long head;
  private boolean more;
  private boolean answered;
  private long timer = -1;

  EventPoll(
      Vertx vertx,
      Clients clients,
      Loop loop,
      String id,
      String room,
      HttpServerResponse response,
      Runnable onClose,
      BooleanSupplier revoked) {
    this.clients = clients;
    this.onClose = onClose;
    this.revoked = revoked;
    this.vertx = vertx;
    this.id = id;
    this.room = room;
    this.response = response;
    this.hearing = Hearing.open(loop, this);
    clients.came(Clients.Transport.POLL);
  }

  void begin(Caller caller, @Nullable Long after, long waitMs) {
    response.closeHandler(gone -> close());
    if (leftMs(caller) <= 0) { // within the skew that clocks are allowed
      refuse(Refused.of(ErrorCode.TOKEN_EXPIRED, "the token has expired"));
      return;
    }
    hearing
        .join(room, caller.speaker(), after)
        .onSuccess(joined -> joined(joined, Math.min(waitMs, Math.max(1, leftMs(caller)))))
        .onFailure(this::refuse);
  }

  /** Until the token expires: no poll outlasts it, and the next one is refused. */
  private static long leftMs(Caller caller) {
    long atMs = caller.expiresAtMs();
    return atMs == 0 ? Long.MAX_VALUE : atMs - System.currentTimeMillis();
  }

  private void joined(Joined joined, long waitMs) {
    head = joined.head();
    more = joined.more();
    gap = joined.gap();
    joined.events().forEach(event -> events.add(new String(event, StandardCharsets.UTF_8)));
    if (!events.isEmpty() || gap != null || waitMs == 0) {
      answer();
    } else if (!answered) {
      timer = vertx.setTimer(waitMs, late -> answer());
    }
  }

  private void answer() {
    if (answered) {
      return;
    }
    if (revoked.getAsBoolean()) {
      refuse(Refused.of(ErrorCode.TOKEN_REVOKED, "the token has been revoked"));
      return;
    }
    close();
    JsonObject fields = new JsonObject().put("room", room).put("more", more);
    if (!events.isEmpty()) {
      EventHead last = EventHead.parse(events.getLast());
      head = last == null ? head : Math.max(head, last.seq());
    }
    fields.put("head", head);
    if (gap != null) {
      fields.put("gap", new JsonObject().put("after", gap.after()).put("head", gap.head()));
    }
    String open = fields.encode();
    HttpAnswers.json(
        response,
        200,
        open.substring(0, open.length() - 1) + ",\"events\":[" + String.join(",", events) + "]}");
  }

  private void refuse(Throwable failure) {
    if (!answered) {
      close();
      HttpAnswers.refuse(response, failure);
    }
  }

  private void close() {
    if (!answered) {
      answered = true;
      vertx.cancelTimer(timer);
      hearing.close();
      clients.left(Clients.Transport.POLL);
      onClose.run();
    }
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public WireFormat format() {
    return WireFormat.JSON;
  }

  @Override
  public boolean writable() {
    return true;
  }

  @Override
  public void write(ByteBuf lines) {
    String text = lines.toString(StandardCharsets.UTF_8);
    lines.release();
    text.lines().filter(line -> !line.isEmpty()).forEach(events::add);
  }

  @Override
  public void flush() {
    if (!events.isEmpty()) {
      answer();
    }
  }

  @Override
  public void gap(Gap told) {
    gap = told;
    answer();
  }

  @Override
  public void ended(String left, Ended why) {
    ErrorCode code = why == Ended.BANNED ? ErrorCode.BANNED : ErrorCode.NOT_MEMBER;
    refuse(Refused.of(code, code.meaning()));
  }
}
