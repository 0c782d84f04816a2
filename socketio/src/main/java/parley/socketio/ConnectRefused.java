package parley.socketio;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** A client may not connect; the message and the data reach its {@code connect_error} handler. */
public final class ConnectRefused extends RuntimeException {
  private final transient @Nullable JsonObject data;

  public ConnectRefused(String message) {
    this(message, null);
  }

  public ConnectRefused(String message, @Nullable JsonObject data) {
    super(message, null, false, false);
    this.data = data;
  }

  public @Nullable JsonObject data() {
    return data;
  }
}
