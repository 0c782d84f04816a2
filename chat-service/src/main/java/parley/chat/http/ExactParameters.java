package parley.chat.http;

import static io.vertx.json.schema.common.dsl.SchemaType.STRING;

import io.vertx.core.Future;
import io.vertx.core.json.Json;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatableRequest;
import io.vertx.openapi.validation.impl.RequestParameterImpl;
import io.vertx.openapi.validation.impl.ValidatableRequestImpl;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes parameters out of a request exactly as they were meant. The library's own way decodes a
 * query twice and reads a path as a form, so that a room called {@code 1.5}, {@code a+b} or {@code
 * 50%25} would become another one or none; a string is therefore handed on as a JSON string.
 */
final class ExactParameters implements RequestExtractor {
  @Override
  public Future<ValidatableRequest> extractValidatableRequest(
      RoutingContext context, Operation operation) {
    Map<String, RequestParameter> path = new HashMap<>();
    Map<String, RequestParameter> query = new HashMap<>();
    for (Parameter parameter : operation.getParameters()) {
      String name = parameter.getName();
      if (parameter.getIn() == Location.PATH) {
        path.put(name, exact(parameter, context.pathParam(name)));
      } else if (parameter.getIn() == Location.QUERY) {
        List<String> values = context.queryParam(name);
        query.put(name, exact(parameter, values.isEmpty() ? null : values.getFirst()));
      }
    }
    if (operation.getRequestBody() == null) {
      return Future.succeededFuture(new ValidatableRequestImpl(Map.of(), Map.of(), path, query));
    }
    return Future.succeededFuture(
        new ValidatableRequestImpl(
            Map.of(),
            Map.of(),
            path,
            query,
            new RequestParameterImpl(context.body().buffer()),
            context.request().getHeader("Content-Type")));
  }

  private static RequestParameter exact(Parameter parameter, @Nullable String value) {
    boolean quote = value != null && parameter.getSchemaType() == STRING;
    return new RequestParameterImpl(quote ? Json.encode(value) : value);
  }
}
