package parley.gateway.room;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The rooms of a node, and its loops. */
// Behaviour follows.
@SuppressWarnings("DoNotCallSuggester")
public final class Rooms {
  private Rooms() {}

  public List<Loop> loops() {
    throw new UnsupportedOperationException();
  }

  /**
   * The answer to {@code POST /internal/tails}: what this node heard of a shard above Redis' heads.
   */
  public Future<JsonObject> tails(int shard, String fence) {
    throw new UnsupportedOperationException();
  }
}
