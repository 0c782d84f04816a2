package parley.protocol;

import java.time.Duration;

/** Renders docs/errors.md from the catalogue. */
final class ErrorPage {
  private static final String HEAD =
      """
      # Errors

      Generated from `ErrorCode`; do not edit. An error ack is
      `{"ok": false, "error": {"code": "…", "message": "…", "retryAfterMs": 1000}}`; REST answers the same `error` object
      with the HTTP status given here. `retryAfterMs` says when to repeat; where the table says *no*, repeating the same
      request does not help by itself. Repeat a `send` with the same `key`: it is then never stored twice.

      | code | HTTP | repeat after | meaning |
      |---|---|---|---|
      """;

  private ErrorPage() {}

  static String render() {
    StringBuilder page = new StringBuilder(HEAD);
    for (ErrorCode error : ErrorCode.values()) {
      Duration after = error.retryAfter();
      page.append("| `")
          .append(error.code())
          .append("` | ")
          .append(error.httpStatus())
          .append(" | ");
      page.append(after == null ? "no" : after.toMillis() + " ms").append(" | ");
      page.append(error.meaning()).append(" |\n");
    }
    return page.toString();
  }
}
