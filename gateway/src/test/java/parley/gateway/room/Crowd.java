package parley.gateway.room;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/** A room with members on the first loop of a node, to be told events without a Redis between. */
final class Crowd {
  private static final long TS = System.currentTimeMillis();

  private final Loop loop;
  private final Share share;
  private long seq;

  /**
   * @param outlet makes that of a member from its id
   */
  Crowd(Node node, int members, Function<String, Outlet> outlet) {
    loop = node.rooms.loops().getFirst();
    share = new Share(loop, "crowd-" + members, "crowd-" + members);
    Node.get(
        Node.on(
            loop,
            () -> {
              for (int i = 0; i < members; i++) {
                Hearing hearing = Hearing.open(loop, outlet.apply("m" + i));
                share.add(new Member(hearing, share, Node.ANN, false));
              }
              return Future.succeededFuture();
            }));
  }

  /** Tells that many events; each has a turn of its own. */
  Future<Void> tell(int events) {
    Promise<Void> done = Promise.promise();
    loop.context().runOnContext(ignored -> next(events, done));
    return done.future();
  }

  private void next(int left, Promise<Void> done) {
    if (left == 0) {
      done.complete();
      return;
    }
    seq++;
    loop.inbox().put(List.of(new Item.Told(share, event(seq))));
    // Behind the turn that the inbox has asked for.
    loop.context().runOnContext(ignored -> next(left - 1, done));
  }

  private static Event event(long seq) {
    String json =
        ("{\"seq\":%d,\"prev\":%d,\"pos\":%d,\"ts\":%d,\"type\":\"message\",\"room\":\"crowd\","
                + "\"from\":{\"id\":\"u\",\"name\":\"U\"},\"text\":\"%s\"}")
            .formatted(seq, seq - 1, seq, TS, "x".repeat(128));
    return Event.parse(json.getBytes(StandardCharsets.UTF_8), System.nanoTime());
  }
}
