package parley.chat.http;

import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;
import java.util.function.Function;
import parley.chat.tokens.Scope;

/**
 * What an operation of the document does.
 *
 * @param id as in the document
 * @param scope that a server key needs for it
 */
record Operation(String id, Scope scope, Function<Call, JsonObject> action) {

  static Operation answers(String id, Scope scope, Function<Call, JsonObject> action) {
    return new Operation(id, scope, action);
  }

  /** One that has nothing to tell but that it is done. */
  static Operation does(String id, Scope scope, Consumer<Call> action) {
    return new Operation(
        id,
        scope,
        call -> {
          action.accept(call);
          return new JsonObject().put("ok", true);
        });
  }
}
