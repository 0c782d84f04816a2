package parley.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.engineio.RawClient;

/** Packet by packet. */
class SocketIoProtocolTest {
  private final BlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
  private final Queue<DisconnectReason> disconnects = new ConcurrentLinkedQueue<>();
  private final Queue<String> heard = new ConcurrentLinkedQueue<>();
  private final AtomicReference<Middleware> middleware = new AtomicReference<>();
  private TestApp app;
  private RawClient client;

  @BeforeEach
  void start() {
    app =
        new TestApp(
            SocketIoOptions.builder()
                .engine(TestApp.engine().establishTimeout(Duration.ofSeconds(2)).build())
                .namespacesMax(3)
                .acksPendingMax(2),
            1,
            io -> {
              io.onConnection(sockets::add)
                  .onEvent((socket, event) -> heard.add(event.name() + event.args().encode()))
                  .onDisconnect((socket, reason) -> disconnects.add(reason));
              io.of("/admin").onConnection(sockets::add);
              io.of("/slow")
                  .use(socket -> middleware.get().admit(socket))
                  .onConnection(sockets::add);
            });
    client = new RawClient(app.port(), "/socket.io/");
  }

  @AfterEach
  void stop() {
    client.close();
    app.close();
  }

  private RawClient.Socket open() {
    var socket = client.webSocket("");
    assertThat(socket.text()).startsWith("0{");
    return socket;
  }

  private RawClient.Socket connected() {
    var socket = open();
    socket.send("40");
    assertThat(socket.text()).matches("40\\{\"sid\":\"[\\w-]{20}\"}");
    return socket;
  }

  private Socket server() throws InterruptedException {
    Socket socket = sockets.poll(20, TimeUnit.SECONDS);
    assertThat(socket).isNotNull();
    return socket;
  }

  @Test
  void connects_with_and_without_auth_to_the_root_and_to_another_namespace() throws Exception {
    var socket = open();
    socket.send("40{\"token\":\"123\"}");
    assertThat(socket.text()).matches("40\\{\"sid\":\"[\\w-]{20}\"}");
    assertThat(server().auth()).isEqualTo(new JsonObject().put("token", "123"));
    socket.send("40/admin,");
    assertThat(socket.text()).matches("40/admin,\\{\"sid\":\"[\\w-]{20}\"}");
    Socket admin = server();
    assertThat(admin.namespace().name()).isEqualTo("/admin");
    assertThat(admin.auth().isEmpty()).isTrue();
    assertThat(admin.handshake().query("transport")).isEqualTo("websocket");
    socket.send("40/nowhere,");
    assertThat(socket.text()).isEqualTo("44/nowhere,{\"message\":\"Invalid namespace\"}");
  }

  @Test
  void a_client_that_connects_to_nothing_is_closed() {
    assertThat(open().closed()).isEqualTo(1008);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4abc",
        "42[\"too early\"]",
        "42/admin,[\"not there\"]",
        "41",
        "43[]",
        "44{}",
        "451-[\"a\"]",
        "4"
      })
  void anything_else_before_connect_closes_the_connection(String packet) {
    var socket = open();
    socket.send(packet);
    assertThat(socket.closed()).isEqualTo(1002);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "40",
        "42{}",
        "42abc[\"a\"]",
        "42[\"connect\"]",
        "42/admin,[\"not there\"]",
        "44{}",
        "4511-[\"a\"]",
        "42[\"a\",1e999]"
      })
  void what_the_protocol_does_not_allow_closes_the_connection(String packet) {
    var socket = connected();
    socket.send(packet);
    assertThat(socket.closed()).isEqualTo(1002);
    await()
        .untilAsserted(() -> assertThat(disconnects).containsExactly(DisconnectReason.PARSE_ERROR));
    assertThat(heard).isEmpty();
  }

  @Test
  void text_between_attachments_and_binary_that_belongs_to_nothing_close_the_connection() {
    var socket = connected();
    socket.send("451-[\"a\",{\"_placeholder\":true,\"num\":0}]");
    socket.send("42[\"b\"]");
    assertThat(socket.closed()).isEqualTo(1002);
    var other = connected();
    other.send(new byte[] {1});
    assertThat(other.closed()).isEqualTo(1002);
    var third = connected();
    third.send("451-[\"a\",{\"_placeholder\":true,\"num\":1}]");
    third.send(new byte[] {1});
    assertThat(third.closed()).isEqualTo(1002);
  }

  @Test
  void too_many_namespaces_close_the_connection() {
    var socket = connected();
    app.io.of("/a");
    app.io.of("/b");
    app.io.of("/c");
    socket.send("40/a,");
    socket.send("40/b,");
    socket.send("40/c,");
    assertThat(socket.closed()).isEqualTo(1002);
  }

  @Test
  void a_disconnect_leaves_the_other_namespaces_and_the_connection_alone() throws Exception {
    var socket = connected();
    server();
    socket.send("40/admin,");
    socket.text();
    socket.send("41");
    Socket admin = server();
    await()
        .untilAsserted(
            () ->
                assertThat(disconnects)
                    .containsExactly(DisconnectReason.CLIENT_NAMESPACE_DISCONNECT));
    admin.emit("hello");
    assertThat(socket.text()).isEqualTo("42/admin,[\"hello\"]");
    socket.send("40");
    assertThat(socket.text()).startsWith("40{");
  }

  @Test
  void events_with_arguments_of_every_kind() throws Exception {
    var socket = connected();
    Socket server = server();
    server.emit("a", 1, 2L, 1.5, "täxt", null, true, List.of(1, "x"), new JsonObject().put("k", 1));
    assertThat(socket.text()).isEqualTo("42[\"a\",1,2,1.5,\"täxt\",null,true,[1,\"x\"],{\"k\":1}]");
    server.emit("raw", new RawJson("{\"a\": 1}".getBytes()));
    assertThat(socket.text()).isEqualTo("42[\"raw\",{\"a\": 1}]");
    server.emit("bin", new byte[] {1, 2}, new JsonObject().put("b", new byte[] {3}));
    assertThat(socket.text())
        .isEqualTo(
            "452-[\"bin\",{\"_placeholder\":true,\"num\":0},{\"b\":{\"_placeholder\":true,\"num\":1}}]");
    assertThat(socket.next()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
    assertThat(socket.next()).isEqualTo(ByteBuffer.wrap(new byte[] {3}));
    assertThatIllegalArgumentException().isThrownBy(() -> server.emit("disconnect"));
    socket.send("42[\"up\",1,{\"a\":[null]}]");
    await().untilAsserted(() -> assertThat(heard).containsExactly("up[1,{\"a\":[null]}]"));
  }

  @Test
  void half_a_surrogate_pair_is_read_as_it_is_and_mended_when_it_is_written() throws Exception {
    var socket = connected();
    Socket server = server();
    socket.send("42[\"up\",\"a\\ud800b\",{\"\\udc00\":1},\"\\ud83d\\ude00\"]");
    await()
        .untilAsserted(
            () ->
                assertThat(heard)
                    .containsExactly("up[\"a\ud800b\",{\"\udc00\":1},\"\ud83d\ude00\"]"));
    server.emit("down", "a\ud800b");
    assertThat(socket.text()).isEqualTo("42[\"down\",\"a\uFFFDb\"]");
  }

  @Test
  void acks_both_ways_once_and_not_past_their_time_or_number() throws Exception {
    var socket = connected();
    Socket server = server();
    server.run(
        () ->
            server.on(
                "ask",
                (args, ack) -> {
                  ack.send(args.getValue(0), new byte[] {7});
                  ack.send("a second time");
                }));
    server.emit("ready");
    assertThat(socket.text()).isEqualTo("42[\"ready\"]");
    socket.send("4213[\"ask\",5]");
    assertThat(socket.text()).isEqualTo("461-13[5,{\"_placeholder\":true,\"num\":0}]");
    assertThat(socket.next()).isEqualTo(ByteBuffer.wrap(new byte[] {7}));
    var answer = server.emitWithAck(Duration.ofSeconds(20), "q", 1);
    assertThat(socket.text()).isEqualTo("420[\"q\",1]");
    socket.send("430[\"yes\"]");
    assertThat(answer.toCompletionStage().toCompletableFuture().get().getString(0))
        .isEqualTo("yes");
    var late = server.emitWithAck(Duration.ofMillis(50), "q");
    assertThat(socket.text()).isEqualTo("421[\"q\"]");
    await().until(late::failed);
    socket.send("431[\"too late\"]");
    var owed1 = server.emitWithAck("q");
    var owed2 = server.emitWithAck("q");
    var owed3 = server.emitWithAck("q");
    await().until(owed3::failed);
    socket.close();
    await().until(() -> owed1.failed() && owed2.failed());
  }

  @Test
  void a_client_gone_while_a_middleware_thinks_is_never_connected() throws Exception {
    Promise<Void> thinking = Promise.promise();
    middleware.set(_ -> thinking.future());
    var socket = open();
    socket.send("40/slow,");
    socket.send("40");
    assertThat(socket.text()).startsWith("40{");
    server();
    socket.abort();
    await().until(() -> disconnects.size() == 1);
    thinking.complete();
    var next = connected();
    server();
    assertThat(sockets).isEmpty();
    next.close();
  }

  @Test
  void events_before_a_middleware_has_answered_and_a_second_connect_close_the_connection() {
    middleware.set(_ -> Promise.<Void>promise().future());
    for (String packet : List.of("42/slow,[\"early\"]", "40/slow,", "41/slow,")) {
      var socket = open();
      socket.send("40/slow,");
      socket.send(packet);
      assertThat(socket.closed()).isEqualTo(1002);
    }
  }

  @Test
  void a_middleware_that_fails_on_its_own_is_not_told_about() {
    middleware.set(
        _ -> {
          throw new IllegalStateException("password of the database");
        });
    var socket = open();
    socket.send("40/slow,");
    assertThat(socket.text()).isEqualTo("44/slow,{\"message\":\"Internal error\"}");
    middleware.set(_ -> io.vertx.core.Future.succeededFuture());
    socket.send("40/slow,");
    assertThat(socket.text()).startsWith("40/slow,{");
  }

  @Test
  void prepared_packets_and_runs_reach_both_transports_framed_once() throws Exception {
    var socket = connected();
    Socket webSocket = server();
    String sid = client.open();
    client.post(sid, "40");
    assertThat(client.poll(sid).body()).startsWith("40{");
    Socket polling = server();
    var one = PreparedPacket.event("/", "one", "{\"a\":1}".getBytes(), null);
    var two = PreparedPacket.event("/", "two", new byte[0], "17");
    var three = PreparedPacket.of("/", "three", List.of(new byte[] {9}), null, false);
    var run = PreparedPacket.run(List.of(one, two, three));
    webSocket.run(
        () -> {
          for (Socket each : List.of(webSocket, polling)) {
            each.send(one);
            each.send(run);
            each.flush();
          }
          List.of(one, two, three, run).forEach(PreparedPacket::release);
        });
    assertThat(socket.text()).isEqualTo("42[\"one\",{\"a\":1}]");
    assertThat(socket.text()).isEqualTo("42[\"one\",{\"a\":1}]");
    assertThat(socket.text()).isEqualTo("42[\"two\",\"17\"]");
    assertThat(socket.text()).isEqualTo("451-[\"three\",{\"_placeholder\":true,\"num\":0}]");
    assertThat(socket.next()).isEqualTo(ByteBuffer.wrap(new byte[] {9}));
    assertThat(client.poll(sid).body())
        .isEqualTo(
            "42[\"one\",{\"a\":1}]\u001e42[\"one\",{\"a\":1}]\u001e42[\"two\",\"17\"]"
                + "\u001e451-[\"three\",{\"_placeholder\":true,\"num\":0}]\u001ebCQ==");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"text\"", "1,\"text\" ", "", "\"\\\"\""})
  void a_prepared_event_without_offset_never_ends_in_a_string(String args) throws Exception {
    var socket = connected();
    Socket server = server();
    var packet = PreparedPacket.event("/", "e", args.getBytes(), null);
    server.run(
        () -> {
          server.send(packet);
          server.flush();
          packet.release();
        });
    assertThat(socket.text()).endsWith(",null]");
  }

  @Test
  void volatile_events_are_dropped_for_a_client_that_is_behind() throws Exception {
    String sid = client.open();
    client.post(sid, "40");
    client.poll(sid);
    Socket server = server();
    String large = "x".repeat(70_000);
    var sent = new CompletableFuture<Void>();
    server.run(
        () -> {
          server.emit("large", large);
          server.emitVolatile("stale");
          server.namespace().everyone().droppingWhenBusy().emit("stale too");
          server.emit("last");
          sent.complete(null);
        });
    sent.join();
    assertThat(client.poll(sid).body().replace(large, "LARGE"))
        .isEqualTo("42[\"large\",\"LARGE\"]\u001e42[\"last\"]");
    server.emitVolatile("fresh");
    assertThat(client.poll(sid).body()).isEqualTo("42[\"fresh\"]");
  }

  @Test
  void drain_is_told_once_the_client_has_caught_up() throws Exception {
    String sid = client.open();
    client.post(sid, "40");
    client.poll(sid);
    Socket server = server();
    var drained = new LinkedBlockingQueue<Boolean>();
    server.run(() -> server.onDrain(() -> drained.add(server.isWritable())));
    server.emit("large", "x".repeat(70_000));
    await().until(() -> server.bytesPending() > 70_000);
    client.poll(sid);
    assertThat(drained.poll(20, TimeUnit.SECONDS)).isTrue();
    assertThat(server.bytesPending()).isZero();
  }

  @Test
  void disconnecting_all_tells_each_namespace_and_closes_the_connection() throws Exception {
    var socket = connected();
    socket.send("40/admin,");
    socket.text();
    server().disconnectAll();
    assertThat(List.of(socket.text(), socket.text())).containsExactlyInAnyOrder("41", "41/admin,");
    assertThat(socket.closed()).isEqualTo(1000);
    assertThat(disconnects).containsExactly(DisconnectReason.SERVER_NAMESPACE_DISCONNECT);
  }
}
