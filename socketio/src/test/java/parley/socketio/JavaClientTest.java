package parley.socketio;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.socket.client.Ack;
import io.socket.client.AckWithTimeout;
import io.socket.client.IO;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.json.JSONArray;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The official client for Java, over each of its transports. */
@ParameterizedClass
@MethodSource("transports")
class JavaClientTest {
  private static TestApp app;

  private final String[] transports;
  private final List<io.socket.client.Socket> open = new ArrayList<>();

  JavaClientTest(List<String> transports) {
    this.transports = transports.toArray(String[]::new);
  }

  static Stream<List<String>> transports() {
    return Stream.of(List.of("polling"), List.of("websocket"), List.of("polling", "websocket"));
  }

  @BeforeAll
  static void start() {
    app = TestApp.recovering(1);
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  @AfterEach
  void disconnect() {
    open.forEach(io.socket.client.Socket::disconnect);
  }

  private io.socket.client.Socket client(String namespace, Map<String, String> auth) {
    var options =
        IO.Options.builder()
            .setForceNew(true)
            .setTransports(transports)
            .setReconnectionDelay(20)
            .setReconnectionDelayMax(50)
            .setAuth(auth)
            .build();
    var socket = IO.socket(URI.create(app.url() + namespace), options);
    open.add(socket);
    return socket;
  }

  private static BlockingQueue<Object[]> heard(io.socket.client.Socket socket, String event) {
    var heard = new LinkedBlockingQueue<Object[]>();
    socket.on(event, heard::add);
    return heard;
  }

  private static Object[] next(BlockingQueue<Object[]> heard) throws InterruptedException {
    Object[] args = heard.poll(20, SECONDS);
    assertThat(args).as("nothing came").isNotNull();
    return args;
  }

  private io.socket.client.Socket connected(String namespace) throws InterruptedException {
    var socket = client(namespace, Map.of());
    var connections = heard(socket, "connect");
    socket.connect();
    next(connections);
    return socket;
  }

  private static Object[] ask(io.socket.client.Socket socket, String event, Object... args) {
    var answer = new CompletableFuture<Object[]>();
    socket.emit(event, args, (Ack) answer::complete);
    return answer.orTimeout(20, SECONDS).join();
  }

  @Test
  void events_and_acks_with_and_without_an_answer() throws Exception {
    var socket = connected("/");
    Object[] echoed =
        ask(socket, "echo", 1, "two", new JSONObject().put("three", new JSONArray(List.of(true))));
    assertThat(echoed).hasSize(3).startsWith(1, "two");
    assertThat(echoed[2]).hasToString("{\"three\":[true]}");
    var timedOut = new CompletableFuture<Boolean>();
    socket.emit(
        "never",
        new Object[0],
        new AckWithTimeout(100) {
          @Override
          public void onSuccess(Object... args) {
            timedOut.complete(false);
          }

          @Override
          public void onTimeout() {
            timedOut.complete(true);
          }
        });
    assertThat(timedOut.orTimeout(20, SECONDS).join()).isTrue();
  }

  @Test
  void binary_goes_both_ways() throws Exception {
    var socket = connected("/");
    byte[] bytes = {0, 1, 2, -3, -2, -1};
    Object[] echoed = ask(socket, "echo", bytes, new JSONObject().put("nested", bytes));
    assertThat(echoed[0]).isEqualTo(bytes);
    assertThat(((JSONObject) echoed[1]).get("nested")).isEqualTo(bytes);
  }

  @Test
  void a_refusal_can_be_read() throws Exception {
    var socket = client("/members", Map.of("token", "wrong"));
    var errors = heard(socket, "connect_error");
    socket.connect();
    assertThat(next(errors)[0])
        .hasToString("{\"data\":{\"hint\":\"ask an admin\"},\"message\":\"no such member\"}");
    var member = client("/members", Map.of("token", "right"));
    var connections = heard(member, "connect");
    member.connect();
    next(connections);
  }

  @Test
  void rooms_and_namespaces() throws Exception {
    var member = connected("/");
    var stranger = connected("/");
    var news = heard(member, "news");
    var noNews = heard(stranger, "news");
    String room = "room " + member.id();
    ask(member, "join", room);
    ask(stranger, "tell", room, "hello");
    assertThat(next(news)[0]).isEqualTo("hello");
    ask(stranger, "echo");
    assertThat(noNews).isEmpty();
    assertThat(ask(connected("/dynamic-7"), "where am I")).containsExactly("/dynamic-7");
  }

  @Test
  void it_comes_back_by_itself_after_the_connection_broke() throws Exception {
    var socket = connected("/");
    var disconnections = heard(socket, "disconnect");
    var connections = heard(socket, "connect");
    socket.emit("cut me off");
    next(disconnections);
    next(connections);
    assertThat(ask(socket, "echo", 1)).containsExactly(1);
  }
}
