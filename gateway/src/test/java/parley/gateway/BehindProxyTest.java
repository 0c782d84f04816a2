package parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Behind a proxy a client is who the proxy says it is, not who it says itself. */
class BehindProxyTest {
  private static Town town;

  @BeforeAll
  static void start() {
    town = Town.with(1, "PARLEY_TRUST_PROXY", "on", "PARLEY_RATE_HANDSHAKES", "1");
  }

  @AfterAll
  static void stop() {
    town.close();
  }

  @Test
  void a_client_that_makes_up_addresses_in_headers_of_its_own_is_limited_all_the_same()
      throws Exception {
    Set<Integer> answers = new HashSet<>();
    for (int i = 0; i < 30; i++) {
      answers.add(status("10.0.0." + i, "192.0.2.1"));
    }
    assertThat(answers).contains(429);
    assertThat(status("10.0.0.1", "192.0.2.2")).isEqualTo(200);
  }

  @Test
  void a_client_that_makes_up_addresses_before_the_proxys_is_limited_all_the_same()
      throws Exception {
    Set<Integer> answers = new HashSet<>();
    for (int i = 0; i < 30; i++) {
      answers.add(status("10.0.1." + i + ", 192.0.2.3"));
    }
    assertThat(answers).contains(429);
    assertThat(status("10.0.1.1, 192.0.2.4")).isEqualTo(200);
  }

  private static int status(String... forwarded) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(town.url(0) + "/api/nodes"));
    for (String one : forwarded) {
      request.header("X-Forwarded-For", one);
    }
    return town.http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }
}
