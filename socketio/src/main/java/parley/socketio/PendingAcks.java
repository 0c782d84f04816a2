package parley.socketio;

import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** The answers that one client owes. Used on its event loop only. */
final class PendingAcks {
  private final ContextInternal context;
  private final int max;
  private final Map<Long, Pending> pending = new HashMap<>();
  private long nextId;

  private record Pending(Promise<JsonArray> answer, long timer) {}

  PendingAcks(ContextInternal context, int max) {
    this.context = context;
    this.max = max;
  }

  /**
   * The number for the packet; {@link Packet#NO_ACK} when the client owes too many, after which the
   * promise has failed.
   */
  long add(Promise<JsonArray> answer, Duration timeout) {
    if (pending.size() >= max) {
      answer.fail("the client owes " + max + " answers already");
      return Packet.NO_ACK;
    }
    long id = nextId++;
    long timer =
        context.setTimer(
            Math.max(1, timeout.toMillis()),
            fired -> {
              pending.remove(id);
              answer.tryFail(new TimeoutException("not answered within " + timeout));
            });
    pending.put(id, new Pending(answer, timer));
    return id;
  }

  /** An answer to something never asked, or too late, is nobody's. */
  void complete(long id, JsonArray args) {
    Pending answered = pending.remove(id);
    if (answered != null) {
      context.owner().cancelTimer(answered.timer);
      answered.answer.tryComplete(args);
    }
  }

  void failAll() {
    List<Pending> unanswered = List.copyOf(pending.values());
    pending.clear();
    for (Pending lost : unanswered) {
      context.owner().cancelTimer(lost.timer);
      lost.answer.tryFail("disconnected before it was answered");
    }
  }
}
