package parley.system.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.system.LiveSystem;

/**
 * The gateway passes requests on with the cluster's secret: nothing leads it elsewhere than /api.
 */
class GatewayTricksTest {
  /** What only the internal routes of the services answer. */
  private static final String[] INTERNAL = {"\"address\"", "\"epoch\"", "revocations", "lease"};

  private static final int SILENCE_MS = 1_500;
  private static URI node;
  private static String token;

  @BeforeAll
  static void open() {
    node = LiveSystem.open().node(0);
    token = LiveSystem.token("trixie");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/internal/nodes",
        "//internal/nodes",
        "/api//internal/nodes",
        "/api/../internal/nodes",
        "/api/x/../../internal/nodes",
        "/api/%2e%2e/internal/nodes",
        "/api/%2E%2E%2Finternal/nodes",
        "/api/..%2finternal%2fnodes",
        "/api/%252e%252e/internal/nodes",
        "/api/..;/internal/nodes",
        "/api/.%00./internal/nodes",
        "/api\\..\\internal\\nodes",
        "/api/%5c..%5cinternal/nodes",
        "/api/%c0%ae%c0%ae/internal/nodes",
        "/api/rooms/..%2f..%2finternal%2fnodes/messages",
        "/api/me#/../../internal/nodes",
        "/api/me?/../../internal/nodes",
        "http://127.0.0.1/internal/nodes",
        "http://127.0.0.1/api/../internal/nodes",
        "http://internal/nodes@127.0.0.1/api/../internal/nodes",
        "@internal/nodes",
        "internal/nodes",
        "*",
        "/API/../internal/nodes",
        "/socket.io/../internal/nodes",
        "/assets/..%2f..%2f..%2finternal/nodes",
        "/api/internal/nodes",
        "/metrics",
        "/health/live",
        "/META-INF/MANIFEST.MF",
        "/assets/../../../META-INF/MANIFEST.MF",
        "/socket.io/..%2f..%2fparley/gateway/Main.class",
        "/.env",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/assets//etc/passwd"
      })
  void a_path_leads_nowhere_else(String path) {
    String answer =
        RawHttp.exchange(
            node,
            "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n"
                .formatted(path, token),
            10_000);
    assertThat(answer).as(path).startsWith("HTTP/1.1 ").doesNotStartWith("HTTP/1.1 5");
    assertThat(answer).as(path).doesNotContain(INTERNAL);
    assertThat(answer)
        .as(path)
        .doesNotContain("Manifest-Version", "root:x:", "PARLEY_", "jvm_memory", "\u00ca\u00fe");
  }

  @Test
  void an_address_in_the_request_line_does_not_lead_to_another_host() {
    String answer =
        RawHttp.exchange(
            node,
            "GET http://192.0.2.1:1/api/me HTTP/1.1\r\nHost: 192.0.2.1:1\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n"
                .formatted(token),
            10_000);
    assertThat(answer).startsWith("HTTP/1.1 200").contains("\"id\":\"trixie\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"CONNECT", "TRACE", "TRACK", "DEBUG", "PROPFIND"})
  void methods_that_nobody_needs_are_not_passed_on(String method) {
    String answer =
        RawHttp.exchange(
            node,
            "%s /api/me HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\nX-Echo: echo-me\r\nConnection: close\r\n\r\n"
                .formatted(method, token),
            10_000);
    assertThat(answer).startsWith("HTTP/1.1 4").doesNotContain("echo-me", "trixie");
  }

  /** Two ways to read where a body ends: the second request must be seen by nobody. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 6\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 6",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5, 6",
        "Content-Length: +5",
        "Content-Length: -1",
        "Content-Length: 0x5",
        "Content-Length : 5",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: identity, chunked\r\nContent-Length: 5",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding:\u000bchunked\r\nContent-Length: 5",
        "X: a\nTransfer-Encoding: chunked\r\nContent-Length: 5"
      })
  void a_request_is_not_smuggled_behind_another(String headers) {
    String answer =
        RawHttp.exchange(
            node,
            "POST /api/guests HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + headers
                + "\r\n\r\n0\r\n\r\nGET /api/nodes HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
            SILENCE_MS);
    assertThat(answer).doesNotContain("\"self\"");
  }

  @Test
  void the_answers_to_others_stay_theirs() {
    String prefix = "GET /api/users/victim HTTP/1.1\r\nX-Swallow: ";
    for (int i = 0; i < 10; i++) {
      RawHttp.exchange(
          node,
          "POST /api/rooms HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n%s"
              .formatted(token, 5 + prefix.length(), prefix),
          100);
      String id = "neighbour-" + i;
      Answer own = Visitor.user(node, id).get("/api/me");
      assertThat(new JsonObject(own.text()).getString("id")).isEqualTo(id);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Bearer rubbish",
        "authorization: Bearer rubbish",
        "Cookie: parley_session=rubbish",
        "X-Forwarded-For: 10.0.0.1\r\nForwarded: for=10.0.0.1;host=evil",
        "X-HTTP-Method-Override: DELETE",
        "X-Original-URL: /internal/nodes\r\nX-Rewrite-URL: /internal/nodes",
        "Connection: close, Authorization, Parley-Cluster, X-Forwarded-For",
        "Host: evil.example",
        "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"
      })
  void a_second_header_changes_nothing_for_the_better(String header) {
    String answer =
        RawHttp.exchange(
            node,
            "GET /api/me HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n"
                .formatted(header, token),
            SILENCE_MS);
    assertThat(answer)
        .doesNotContain(INTERNAL)
        .doesNotContain("evil", "HTTP/1.1 101", "HTTP/1.1 5");
    if (answer.startsWith("HTTP/1.1 200")) {
      assertThat(answer).contains("\"id\":\"trixie\"");
    }
  }

  @Test
  void header_lines_are_not_injected_by_a_path() {
    for (String path :
        List.of(
            "/api/rooms/a%0d%0aSet-Cookie:%20x=1/events",
            "/%0d%0aSet-Cookie:%20x=1",
            "/api/me?next=%0d%0aSet-Cookie:%20x=1",
            "/socket.io/?EIO=4&transport=polling&x=%0d%0aSet-Cookie:%20x=1")) {
      var answer = Visitor.send(new Visitor(node, token).request("GET", path, null).build());
      assertThat(answer.headers().firstValue("set-cookie")).as(path).isEmpty();
    }
  }

  @Test
  void pages_of_other_sites_may_neither_connect_nor_ask() {
    for (String origin : List.of("https://evil.example", "null", "http://127.0.0.1", "file://")) {
      for (String path : List.of("/ws", "/socket.io/?EIO=4&transport=websocket")) {
        int status = 0;
        try (var line =
            new Line(
                node.resolve(path),
                Map.of("Origin", origin, "Cookie", "parley_session=" + token))) {
          line.say("{}");
        } catch (Line.Refused refused) {
          status = refused.status;
        }
        assertThat(status).as("%s from %s", path, origin).isEqualTo(403);
      }
      for (String path :
          List.of("/api/me", "/api/session", "/sse?room=a", "/api/rooms/a/events?wait=0")) {
        String asked =
            "GET %s HTTP/1.1\r\n"
                + "Host: %s\r\n"
                + "Origin: %s\r\n"
                + "Cookie: parley_session=%s\r\n"
                + "Connection: close\r\n\r\n";
        String answer =
            RawHttp.exchange(
                node, asked.formatted(path, node.getAuthority(), origin, token), 10_000);
        assertThat(answer)
            .as("%s from %s", path, origin)
            .startsWith("HTTP/1.1 403")
            .doesNotContain(token, "trixie")
            .doesNotContainIgnoringCase("access-control-allow-origin: " + origin);
      }
    }
  }

  @Test
  void a_cookie_alone_changes_nothing() {
    Map<String, String> changes =
        Map.of(
            "POST /api/rooms", "{\"id\":\"csrf\"}",
            "PATCH /api/me", "{\"name\":\"csrf\"}",
            "PUT /api/me/revocation", "",
            "POST /api/rooms/a/messages", "{\"text\":\"csrf\"}");
    for (String request : changes.keySet()) {
      String body = changes.get(request);
      String answer =
          RawHttp.exchange(
              node,
              "%s HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: parley_session=%s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                  .formatted(request, token, body.length(), body),
              10_000);
      assertThat(answer).as(request).startsWith("HTTP/1.1 401");
    }
  }
}
