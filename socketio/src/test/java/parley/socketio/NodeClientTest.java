package parley.socketio;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeClientTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void the_client_from_npm_feels_at_home(int loops) {
    try (var app = TestApp.recovering(loops)) {
      NodeClient.run("clients.test.mjs", Map.of("SERVER_URL", app.url()));
    }
  }
}
