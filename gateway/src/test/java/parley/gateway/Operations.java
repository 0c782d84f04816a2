package parley.gateway;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The operations of the served OpenAPI document, and requests made up from their schemas. */
final class Operations {
  private static final List<String> METHODS = List.of("get", "put", "post", "patch", "delete");
  private final JsonObject document;

  Operations(JsonObject document) {
    this.document = document;
  }

  /** One operation, with what its path and query may carry. */
  record Operation(
      String id,
      String method,
      String path,
      List<JsonObject> parameters,
      JsonObject bodySchema,
      boolean isPublic) {

    String path(Map<String, String> values) {
      String filled = path;
      for (Map.Entry<String, String> value : values.entrySet()) {
        filled = filled.replace("{" + value.getKey() + "}", value.getValue());
      }
      return "/api" + filled;
    }

    boolean ofRoom() {
      return path.contains("{room}");
    }
  }

  List<Operation> all() {
    List<Operation> all = new ArrayList<>();
    for (Map.Entry<String, Object> path : document.getJsonObject("paths")) {
      JsonObject item = (JsonObject) path.getValue();
      for (String method : METHODS) {
        JsonObject operation = item.getJsonObject(method);
        if (operation != null) {
          all.add(of(path.getKey(), method, item, operation));
        }
      }
    }
    return all;
  }

  private Operation of(String path, String method, JsonObject item, JsonObject operation) {
    List<JsonObject> parameters =
        Stream.of(item, operation)
            .flatMap(each -> each.getJsonArray("parameters", new JsonArray()).stream())
            .map(each -> resolved((JsonObject) each))
            .toList();
    JsonObject body = operation.getJsonObject("requestBody");
    JsonObject schema =
        body == null
            ? null
            : resolved(
                resolved(body)
                    .getJsonObject("content")
                    .getJsonObject("application/json")
                    .getJsonObject("schema"));
    JsonArray security = operation.getJsonArray("security");
    return new Operation(
        operation.getString("operationId"),
        method.toUpperCase(java.util.Locale.ROOT),
        path,
        parameters,
        schema,
        security != null && security.isEmpty());
  }

  JsonObject resolved(JsonObject object) {
    String ref = object.getString("$ref");
    if (ref == null) {
      return object;
    }
    JsonObject at = document;
    for (String name : ref.substring(2).split("/")) {
      at = at.getJsonObject(name);
    }
    return resolved(at);
  }

  /** The body of a request as the schema wants it; null where there is none. */
  JsonObject body(Operation operation) {
    return operation.bodySchema() == null ? null : (JsonObject) sample(operation.bodySchema());
  }

  private Object sample(JsonObject unresolved) {
    JsonObject schema = resolved(unresolved);
    if (schema.containsKey("enum")) {
      return schema.getJsonArray("enum").getValue(0);
    }
    return switch (type(schema)) {
      case "string" -> "x";
      case "integer" -> Math.max(1, schema.getInteger("minimum", 1));
      case "boolean" -> true;
      case "array" -> new JsonArray().add(sample(schema.getJsonObject("items")));
      default -> object(schema);
    };
  }

  private JsonObject object(JsonObject schema) {
    JsonObject made = new JsonObject();
    JsonObject properties = schema.getJsonObject("properties", new JsonObject());
    JsonArray required = schema.getJsonArray("required", new JsonArray());
    if (required.isEmpty() && schema.containsKey("anyOf")) {
      required = schema.getJsonArray("anyOf").getJsonObject(0).getJsonArray("required");
    }
    if (required.isEmpty() && schema.getInteger("minProperties", 0) > 0) {
      required = new JsonArray().add(properties.fieldNames().iterator().next());
    }
    for (Object name : required) {
      made.put((String) name, sample(properties.getJsonObject((String) name)));
    }
    return made;
  }

  private static String type(JsonObject schema) {
    Object type = schema.getValue("type");
    return type instanceof JsonArray several
        ? several.getString(0)
        : type instanceof String one ? one : "any";
  }

  /** Bodies that the schema forbids. */
  List<String> badBodies(Operation operation) {
    if (operation.bodySchema() == null) {
      return List.of();
    }
    List<String> bad = new ArrayList<>(List.of("{", "[]", "7"));
    if (Boolean.FALSE.equals(operation.bodySchema().getValue("additionalProperties"))) {
      bad.add(body(operation).put("colour", 1).encode());
    }
    JsonObject properties = operation.bodySchema().getJsonObject("properties", new JsonObject());
    for (String name : properties.fieldNames()) {
      String type = type(resolved(properties.getJsonObject(name)));
      boolean hasEnum = resolved(properties.getJsonObject(name)).containsKey("enum");
      if (!type.equals("any") || hasEnum) {
        Object wrong = type.equals("object") ? 7 : new JsonObject().put("wrong", 1);
        bad.add(body(operation).put(name, wrong).encode());
      }
    }
    return bad;
  }

  /** A value that a parameter must not have, ready to stand in a URI; null if there is none. */
  String badValue(JsonObject parameter) {
    JsonObject schema = resolved(parameter.getJsonObject("schema"));
    return switch (parameter.getString("name")) {
      case "room", "user" -> "a%3Ab";
      case "emoji" -> "%00";
      case "key" -> null;
      default ->
          type(schema).equals("integer")
              ? "x"
              : schema.containsKey("maxLength") ? "x".repeat(1_001) : null;
    };
  }
}
