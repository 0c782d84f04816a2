package parley.system.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import parley.system.LiveSystem;
import parley.verify.cluster.Cluster;

/** Ports for Parley's own processes answer nobody who does not show the cluster's secret. */
class InternalPortTest {

  static Stream<URI> ports() {
    return LiveSystem.open().internals().stream();
  }

  @ParameterizedTest
  @MethodSource("ports")
  void strangers_are_refused(URI port) {
    for (String path :
        List.of(
            "/internal/nodes",
            "/internal/tails",
            "/internal/revocations",
            "/internal/poll",
            "/internal/alive")) {
      for (String secret : List.of("", "wrong-cluster-secret", "verify-cluster-secre")) {
        assertThat(asked(port, path, secret)).as("%s with '%s'", path, secret).isIn(401, 403);
      }
      assertThat(asked(port, path, Cluster.CLUSTER_SECRET)).as(path).isNotIn(401, 403);
    }
  }

  private static int asked(URI port, String path, String secret) {
    var request =
        HttpRequest.newBuilder(port.resolve(path))
            .header("Parley-Cluster", secret)
            .header("Authorization", "Bearer " + LiveSystem.token("root", "admin"))
            .build();
    return Visitor.send(request).statusCode();
  }
}
