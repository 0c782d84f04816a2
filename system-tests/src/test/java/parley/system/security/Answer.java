package parley.system.security;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;

/**
 * What came of a request, whatever carried it.
 *
 * @param code {@code ok}, the code of the catalogue's error, or {@code http_404} and {@code closed}
 *     where there was neither
 * @param text all that was told
 */
record Answer(String code, String text) {
  static final String OK = "ok";
  private static final int REFUSED_FROM = 400;

  boolean isOk() {
    return code.equals(OK);
  }

  /** Of an answer {@code {ok, error?}}. */
  static Answer of(JsonObject told) {
    return told.getBoolean("ok", false)
        ? new Answer(OK, told.encode())
        : new Answer(codeOf(told, "unknown"), told.encode());
  }

  static Answer of(HttpResponse<String> response) {
    return of(response.statusCode(), response.body());
  }

  static Answer of(int status, String body) {
    if (status < REFUSED_FROM) {
      return new Answer(OK, body);
    }
    try {
      return new Answer(codeOf(new JsonObject(body), "http_" + status), body);
    } catch (DecodeException noJson) {
      return new Answer("http_" + status, body);
    }
  }

  private static String codeOf(JsonObject told, String otherwise) {
    JsonObject error = told.getJsonObject("error");
    return error == null ? otherwise : error.getString("code", otherwise);
  }
}
