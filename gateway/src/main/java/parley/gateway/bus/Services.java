package parley.gateway.bus;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/**
 * The internal port of another kind of Parley's processes. Calls are bounded in time and fail with
 * {@link Refused}.
 */
public interface Services {
  Future<JsonObject> get(String path);

  /** May be done twice. */
  Future<JsonObject> post(String path, JsonObject body);

  Future<JsonObject> put(String path, JsonObject body);
}
