package parley.chassis.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.sqlclient.Pool;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import parley.chassis.postgres.Postgres;
import parley.chassis.postgres.PostgresAddress;

/**
 * Micrometer says it only to its log when a gauge is registered a second time and left out: the
 * meters of Vert.x must not make it.
 */
class LibraryMetersTest {
  private static final PostgresAddress NOWHERE =
      PostgresAddress.of("postgresql://nobody:nobody@127.0.0.1:1/nothing");

  private final Logger log = (Logger) LoggerFactory.getLogger(MeterRegistry.class);
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();
  private final Metrics metrics = new Metrics();
  private final Vertx vertx = metrics.vertx(new VertxOptions()).build();

  @BeforeEach
  void listen() {
    log.setLevel(Level.DEBUG);
    said.start();
    log.addAppender(said);
  }

  @AfterEach
  void stop() throws Exception {
    log.detachAppender(said);
    log.setLevel(null);
    vertx.close().await(10, TimeUnit.SECONDS);
    metrics.close();
  }

  @Test
  void pools_of_different_names_have_gauges_of_their_own() {
    Pool one = Postgres.pool(vertx, NOWHERE, Postgres.Options.of("one"));
    Pool two = Postgres.pool(vertx, NOWHERE, Postgres.Options.of("two"));

    assertThat(said.list).isEmpty();
    assertThat(metrics.scrape()).contains("pool_name=\"one\"", "pool_name=\"two\"");
    one.close();
    two.close();
  }

  @Test
  void connections_of_several_clients_register_nothing_twice() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < 3; i++) {
        vertx
            .createNetClient()
            .connect(server.getLocalPort(), "127.0.0.1")
            .await(10, TimeUnit.SECONDS);
      }
    }

    assertThat(said.list).isEmpty();
  }

  @Test
  void several_servers_and_clients_of_http_register_nothing_twice() throws Exception {
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      ports.add(
          vertx
              .createHttpServer()
              .requestHandler(request -> request.response().end())
              .listen(0, "127.0.0.1")
              .await(10, TimeUnit.SECONDS)
              .actualPort());
    }
    for (int i = 0; i < 2; i++) {
      HttpClient client = vertx.createHttpClient();
      for (int port : ports) {
        client
            .request(HttpMethod.GET, port, "127.0.0.1", "/")
            .compose(HttpClientRequest::send)
            .compose(HttpClientResponse::body)
            .await(10, TimeUnit.SECONDS);
      }
    }

    assertThat(said.list).isEmpty();
  }
}
