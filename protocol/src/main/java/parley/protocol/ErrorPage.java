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

  private static final String EXAMPLES =
      """

      ## Examples

      Each is run by a test as it stands here, and prints what stands behind it, where … is anything.

      ```sh
      curl -s http://127.0.0.1:8080/api/rooms/nowhere -H "Authorization: Bearer $TOKEN"; echo
      curl -s http://127.0.0.1:8080/api/me -H 'Authorization: Bearer nonsense'; echo
      curl -s http://127.0.0.1:8080/api/rooms/lobby/messages -H "Authorization: Bearer $TOKEN" --data-binary '{"text": 5}'; echo
      ```

      ```text
      {"ok":false,"error":{"code":"not_found","message":"…"}}
      {"ok":false,"error":{"code":"unauthorized","message":"…"}}
      {"ok":false,"error":{"code":"invalid","message":"text must be a string"}}
      ```

      What can be repeated is repeated after the time told; a `send` under the same key:

      ```js
      import { io } from 'socket.io-client';

      const socket = io('http://127.0.0.1:8080', { auth: { token: process.env.TOKEN } });

      async function send(message) {
        const answer = await socket.emitWithAck('send', message);
        if (answer.ok || answer.error.retryAfterMs === undefined) return answer;
        await new Promise((resolve) => setTimeout(resolve, answer.error.retryAfterMs));
        return send(message);
      }

      const typed = await socket.emitWithAck('typing', { room: 'elsewhere' });
      console.log(typed.error.code);
      await socket.emitWithAck('join', { room: 'patience' });
      const sent = await Promise.all(Array.from({ length: 70 }, (_, i) => send({ room: 'patience', text: `${i}`, key: `k${i}` })));
      console.log(sent.every((answer) => answer.ok) ? 'all were accepted' : 'some were refused');
      socket.close();
      ```

      ```text
      not_joined
      all were accepted
      ```

      A connection that is refused names its code, too:

      ```java
      import io.socket.client.IO;
      import io.socket.client.Socket;
      import java.net.URI;
      import java.util.Map;
      import org.json.JSONObject;

      void main() {
        Map<String, String> auth = Map.of("token", "nonsense");
        Socket socket = IO.socket(URI.create("http://127.0.0.1:8080"), IO.Options.builder().setAuth(auth).build());
        socket.on(Socket.EVENT_CONNECT_ERROR, args -> {
          JSONObject error = (JSONObject) args[0];
          System.out.println(error.optJSONObject("data").optString("code"));
          System.exit(0);
        });
        socket.connect();
      }
      ```

      ```text
      unauthorized
      ```
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
    return page.append(EXAMPLES).toString();
  }
}
