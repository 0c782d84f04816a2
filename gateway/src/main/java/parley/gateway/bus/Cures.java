package parley.gateway.bus;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;
import parley.chassis.redis.RedisLink;
import parley.chassis.redis.RedisRefusal;

/**
 * What a lane does about that which keeps a command from being done. Futures complete on its loop.
 */
final class Cures {
  private static final long PAUSE_MS = 150;

  private final Context context;
  private final RedisLink link;
  private final Openings openings;

  Cures(Context context, RedisLink link, Openings openings) {
    this.context = context;
    this.link = link;
    this.openings = openings;
  }

  Future<Void> open(int shard, String fence) {
    return here(openings.open(shard, fence));
  }

  Future<Void> load(String room, String user, boolean create) {
    return here(openings.load(room, user, create));
  }

  Future<Void> connected() {
    return link.whenUp();
  }

  Future<Void> functions() {
    return link.prepareAgain();
  }

  /** This is no master, or one that does not write now: it is looked for again. */
  Future<Void> master(RedisRefusal refusal) {
    if (refusal.is("READONLY") || refusal.is("MOVED")) {
      link.reconnect(String.valueOf(refusal.getMessage()));
    }
    return context.owner().timer(PAUSE_MS, TimeUnit.MILLISECONDS).mapEmpty();
  }

  private Future<Void> here(Future<Void> elsewhere) {
    Promise<Void> promise = ((ContextInternal) context).promise();
    elsewhere.onComplete(outcome -> context.runOnContext(ignored -> promise.handle(outcome)));
    return promise.future();
  }
}
