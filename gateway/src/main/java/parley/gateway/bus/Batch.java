package parley.gateway.bus;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.chassis.redis.RedisLink;

/** Collects a tick's commands and sends them as one write. Thread of its loop only. */
final class Batch {
  private final ContextInternal context;
  private final RedisLink link;
  private List<Request> requests = new ArrayList<>();
  private List<Promise<@Nullable Response>> promises = new ArrayList<>();

  Batch(Context context, RedisLink link) {
    this.context = (ContextInternal) context;
    this.link = link;
  }

  Future<@Nullable Response> send(Request request) {
    if (requests.isEmpty()) {
      context.runOnContext(ignored -> flush());
    }
    Promise<@Nullable Response> promise = context.promise();
    requests.add(request);
    promises.add(promise);
    return promise.future();
  }

  private void flush() {
    List<Promise<@Nullable Response>> waiting = promises;
    List<Future<Response>> answers = link.batch(requests);
    requests = new ArrayList<>();
    promises = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      answers.get(i).onComplete(waiting.get(i));
    }
  }
}
