package parley.gateway;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import parley.chassis.http.CallFailed;
import parley.chassis.http.InternalClient;
import parley.gateway.bus.Refused;
import parley.gateway.bus.Services;

/** One kind of Parley's processes as the bus and the sessions ask it. */
final class InternalServices implements Services {
  private final InternalClient client;

  InternalServices(InternalClient client) {
    this.client = client;
  }

  @Override
  public Future<JsonObject> get(String path) {
    return told(client.get(path));
  }

  @Override
  public Future<JsonObject> post(String path, JsonObject body) {
    return told(client.call(HttpMethod.POST, path, body, null, true));
  }

  @Override
  public Future<JsonObject> put(String path, JsonObject body) {
    return told(client.put(path, body));
  }

  private static Future<JsonObject> told(Future<JsonObject> call) {
    return call.recover(failure -> Future.failedFuture(refused(failure)));
  }

  private static Throwable refused(Throwable failure) {
    if (!(failure instanceof CallFailed failed)) {
      return failure;
    }
    long wait = failed.error().retryAfterMs();
    return new Refused(failed.error().code(), wait == 0 ? null : wait, failed.error().message());
  }
}
