package parley.chat.http;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.OpenAPIRoute;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.validation.ValidatedRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.chat.refusals.Refused;
import parley.chat.tokens.Caller;
import parley.chat.tokens.Callers;
import parley.protocol.ErrorCode;

/**
 * The public API, made from its document: who calls is found out first, then the request is checked
 * against the document, then the operation of that name runs.
 */
final class Api {
  private static final String CALLER = "caller";

  /** What one may ask without a token; the document says the same. */
  private static final Set<String> FOR_ANYONE = Set.of("document", "makeGuest");

  private final Callers callers;

  private Api(Callers callers) {
    this.callers = callers;
  }

  static Router router(
      Vertx vertx, OpenAPIContract contract, Callers callers, List<Operation> operations) {
    Map<String, Operation> byId = new HashMap<>();
    operations.forEach(operation -> byId.put(operation.id(), operation));
    Api api = new Api(callers);
    RouterBuilder builder = RouterBuilder.create(vertx, contract, new ExactParameters());
    for (OpenAPIRoute route : builder.getRoutes()) {
      Operation operation = byId.remove(route.getOperation().getOperationId());
      if (operation == null) {
        throw new IllegalStateException(
            "nothing does the operation " + route.getOperation().getOperationId());
      }
      route.setDoSecurity(false).addHandler(context -> api.run(operation, context));
    }
    if (!byId.isEmpty()) {
      throw new IllegalStateException("the document does not know " + byId.keySet());
    }
    builder.rootHandler(api::identify);
    return builder.createRouter();
  }

  /** A token that is given must be good, even where none is needed. */
  private void identify(RoutingContext context) {
    String authorization = context.request().getHeader("Authorization");
    if (authorization != null) {
      context.put(CALLER, callers.of(authorization));
    }
    context.next();
  }

  private void run(Operation operation, RoutingContext context) {
    @Nullable Caller caller = context.get(CALLER);
    if (!FOR_ANYONE.contains(operation.id())) {
      if (caller == null) {
        throw Refused.of(ErrorCode.UNAUTHORIZED);
      }
      if (!caller.mayUse(operation.scope())) {
        throw Refused.of(
            ErrorCode.FORBIDDEN, "The key lacks the scope " + operation.scope().word() + ".");
      }
    }
    ValidatedRequest request = context.get(RouterBuilder.KEY_META_DATA_VALIDATED_REQUEST);
    JsonObject answer = operation.action().apply(new Call(caller, request));
    context
        .response()
        .putHeader("Content-Type", "application/json")
        .putHeader("Cache-Control", "no-store")
        .end(answer.toBuffer());
  }
}
