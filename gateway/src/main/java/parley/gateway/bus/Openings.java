package parley.gateway.bus;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Asks chat-service to open shards and to load rooms; what is asked at the same time is asked once.
 * Any thread.
 */
final class Openings {
  private final Context context;
  private final Services chat;

  /** Bus thread only. */
  private final Map<String, Future<Void>> running = new HashMap<>();

  Openings(Context context, Services chat) {
    this.context = context;
    this.chat = chat;
  }

  Future<Void> open(int shard, String fence) {
    return once(
        "shard " + shard + " " + fence,
        () ->
            chat.post("/internal/shards/" + shard + "/open", new JsonObject().put("fence", fence)));
  }

  /**
   * Done when the room has been loaded, by this or by another request that was under way: many who
   * join a room that is not there yet make it load once. A refusal of the other one says nothing
   * about this user, who then asks alone.
   */
  Future<Void> load(String room, String user, boolean create) {
    JsonObject body = new JsonObject().put("room", room).put("user", user).put("create", create);
    var asked = new AtomicBoolean();
    return once(
            "room " + room,
            () -> {
              asked.set(true);
              return chat.post("/internal/rooms/load", body);
            })
        .recover(
            failure ->
                !asked.get() && failure instanceof Refused refused && !refused.code().retry()
                    ? once(
                        "room " + room + (create ? " for " + user : " as it is"),
                        () -> chat.post("/internal/rooms/load", body))
                    : Future.failedFuture(failure));
  }

  private Future<Void> once(String what, Supplier<Future<JsonObject>> ask) {
    Promise<Void> promise = Promise.promise();
    context.runOnContext(
        ignored -> {
          Future<Void> asked = running.get(what);
          if (asked == null) {
            asked = ask.get().mapEmpty();
            if (!asked.isComplete()) {
              running.put(what, asked);
              asked.onComplete(done -> context.runOnContext(then -> running.remove(what)));
            }
          }
          asked.onComplete(promise);
        });
    return promise.future();
  }
}
