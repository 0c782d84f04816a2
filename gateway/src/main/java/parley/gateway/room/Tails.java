package parley.gateway.room;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import parley.protocol.Limits;
import parley.protocol.functions.Heads;

/**
 * What a node has heard of a shard that Redis may have forgotten: asked for when the shard is
 * opened. Bus thread only.
 */
final class Tails {
  /** Bytes of events in one answer. */
  private static final long BYTES_MAX = 16L * 1024 * 1024;

  /** Who opens a shard waits for a second in all. */
  private static final long HEADS_MAX_MS = 300;

  private final Rooms rooms;
  private final List<Room> inShard;

  Tails(Rooms rooms, int shard) {
    this.rooms = rooms;
    this.inShard =
        rooms.rooms().stream()
            .filter(room -> room.keys.shard().index() == shard && room.last() != Room.UNKNOWN)
            .toList();
  }

  Future<JsonObject> collect() {
    Map<Room, Long> heads = new HashMap<>();
    List<Future<?>> asked = new ArrayList<>();
    for (int i = 0; i < inShard.size(); i += Limits.HEADS_ROOMS_MAX) {
      List<Room> chunk = inShard.subList(i, Math.min(inShard.size(), i + Limits.HEADS_ROOMS_MAX));
      asked.add(
          rooms
              .lane()
              .call(
                  Heads.call(
                      chunk.getFirst().keys.shard(), chunk.stream().map(r -> r.keys).toList()))
              .onSuccess(
                  answer -> {
                    List<Heads.Head> found = Heads.reply(answer).rooms();
                    for (int j = 0; j < chunk.size(); j++) {
                      heads.put(chunk.get(j), found.get(j).seq());
                    }
                  }));
    }
    // Where Redis does not answer all that the rings hold is told: too much does no harm.
    Promise<JsonObject> told = Promise.promise();
    Future.join(asked)
        .timeout(HEADS_MAX_MS, TimeUnit.MILLISECONDS)
        .onComplete(ignored -> rooms.onBus(() -> told.tryComplete(answer(heads))));
    return told.future();
  }

  private JsonObject answer(Map<Room, Long> heads) {
    JsonArray events = new JsonArray();
    long bytes = 0;
    for (Room room : inShard) {
      long head = heads.getOrDefault(room, 0L);
      for (Event event : room.ring.all()) {
        if (event.seq > head && bytes < BYTES_MAX) {
          bytes += event.json.length;
          events.add(new JsonObject(Buffer.buffer(event.json)));
        }
      }
    }
    return new JsonObject().put("floor", rooms.highestPos()).put("events", events);
  }
}
