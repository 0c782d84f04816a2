package parley.socketio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import parley.engineio.RawClient;
import parley.socketio.SessionStore.Claim;
import parley.socketio.SessionStore.Recovered;

/** Sessions that clients come back to: from memory, and from a store that takes its time. */
class RecoveryTest {
  private final BlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
  private TestApp app;
  private RawClient client;

  private void start(SocketIoOptions.Builder options) {
    app =
        new TestApp(
            options.engine(TestApp.engine().build()),
            1,
            io -> {
              io.use(
                      socket -> {
                        socket.attach(socket.auth().getString("user"));
                        return "evil".equals(socket.auth().getString("user"))
                            ? Future.failedFuture(new ConnectRefused("go away"))
                            : Future.succeededFuture();
                      })
                  .onConnection(sockets::add);
              io.of("/other").onConnection(sockets::add);
            });
    client = new RawClient(app.port(), "/socket.io/");
  }

  private void startInMemory(InMemoryRooms.Limits limits) {
    start(SocketIoOptions.builder().recoveryInMemory(limits));
  }

  @AfterEach
  void stop() {
    client.close();
    app.close();
  }

  private Socket server() throws InterruptedException {
    Socket socket = sockets.poll(20, TimeUnit.SECONDS);
    assertThat(socket).isNotNull();
    return socket;
  }

  /** A client's connection, with the answer to its CONNECT and what came before that. */
  private record Connected(RawClient.Socket socket, List<String> before, JsonObject answer) {
    String pid() {
      return answer.getString("pid");
    }

    String sid() {
      return answer.getString("sid");
    }
  }

  private Connected connect(JsonObject auth) {
    return connect("/", auth);
  }

  private Connected connect(String namespace, JsonObject auth) {
    var socket = client.webSocket("");
    socket.text();
    String prefix = "40" + (namespace.equals("/") ? "" : namespace + ",");
    socket.send(prefix + auth.encode());
    List<String> before = new java.util.ArrayList<>();
    String text = socket.text();
    while (!text.startsWith(prefix)) {
      before.add(text);
      text = socket.text();
    }
    return new Connected(socket, before, new JsonObject(text.substring(prefix.length())));
  }

  private static JsonObject claim(Connected of, String offset) {
    var auth = new JsonObject().put("pid", of.pid());
    return offset == null ? auth : auth.put("offset", offset);
  }

  private static String offset(String event) {
    return event.replaceFirst(".*\"(\\d+)\"]$", "$1");
  }

  @Test
  void off_means_a_sid_alone() {
    start(SocketIoOptions.builder());
    assertThat(connect(new JsonObject()).answer().fieldNames()).containsExactly("sid");
    var claimed = connect(new JsonObject().put("pid", "abc").put("offset", "1"));
    assertThat(claimed.answer().fieldNames()).containsExactly("sid");
  }

  @Test
  void the_same_sid_and_pid_and_what_was_missed_before_the_answer() throws Exception {
    startInMemory(InMemoryRooms.Limits.defaults());
    var first = connect(new JsonObject().put("user", "ann"));
    Socket socket = server();
    socket.run(() -> socket.join("room"));
    app.io.emit("to all", 1);
    String heard = first.socket().text();
    first.socket().abort();
    await().until(() -> !socket.isConnected());
    app.io.to("room").emit("to the room", 2);
    app.io.to("other room").emit("not to it");
    app.io.except("room").emit("not to it");
    app.io.to(first.sid()).emit("to itself", 3);
    var second = connect(claim(first, offset(heard)).put("user", "ann"));
    assertThat(second.before()).hasSize(2);
    assertThat(second.before().get(0)).startsWith("42[\"to the room\",2,\"");
    assertThat(second.before().get(1)).startsWith("42[\"to itself\",3,\"");
    assertThat(second.answer()).isEqualTo(first.answer());
    Socket again = server();
    assertThat(again.recovered()).isTrue();
    assertThat(again.rooms()).containsExactly("room");
    app.io.to("room").emit("live", 4);
    assertThat(second.socket().text()).startsWith("42[\"live\",4,\"");
  }

  @Test
  void faster_than_the_server_noticed() throws Exception {
    startInMemory(InMemoryRooms.Limits.defaults());
    var first = connect(new JsonObject());
    Socket old = server();
    app.io.emit("one");
    String heard = first.socket().text();
    app.io.emit("two"); // written to a connection that is dead, as far as its client is concerned
    var second = connect(claim(first, offset(heard)));
    assertThat(second.before()).hasSize(1).first().asString().startsWith("42[\"two\",");
    assertThat(second.sid()).isEqualTo(first.sid());
    await().until(() -> !old.isConnected());
    var third = connect(claim(second, offset(second.before().getFirst())));
    assertThat(third.sid()).isEqualTo(first.sid());
    assertThat(third.before()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "abc", "-1", "99999999", "999999999999999999999999", "1.0", "0x1", " 1"})
  void an_offset_that_was_never_given_out_gets_a_new_session(String offset) {
    startInMemory(InMemoryRooms.Limits.defaults());
    var first = connect(new JsonObject());
    first.socket().abort();
    var second = connect(claim(first, offset));
    assertThat(second.pid()).isNotEqualTo(first.pid());
    assertThat(second.sid()).isNotEqualTo(first.sid());
  }

  @Test
  void another_user_another_namespace_and_who_left_on_purpose_get_a_new_session() throws Exception {
    startInMemory(InMemoryRooms.Limits.defaults());
    var ann = connect(new JsonObject().put("user", "ann"));
    server();
    assertThat(connect(claim(ann, null).put("user", "bob")).pid()).isNotEqualTo(ann.pid());
    assertThat(connect("/other", claim(ann, null)).pid()).isNotEqualTo(ann.pid());
    ann.socket().send("41");
    await()
        .untilAsserted(() -> assertThat(connect(claim(ann, null)).pid()).isNotEqualTo(ann.pid()));
  }

  @Test
  void a_refused_client_recovers_nothing() throws Exception {
    startInMemory(InMemoryRooms.Limits.defaults());
    var first = connect(new JsonObject());
    server();
    app.io.emit("secret");
    first.socket().text();
    first.socket().abort();
    var socket = client.webSocket("");
    socket.text();
    socket.send("40" + claim(first, null).put("user", "evil").encode());
    assertThat(socket.text()).isEqualTo("44{\"message\":\"go away\"}");
    var second = connect(claim(first, null));
    assertThat(second.before()).hasSize(1).first().asString().startsWith("42[\"secret\",");
  }

  @Test
  void too_many_missed_events_and_too_many_or_old_sessions_cannot_be_recovered() throws Exception {
    startInMemory(new InMemoryRooms.Limits(Duration.ofMinutes(1), 2, 3, 1000));
    var first = connect(new JsonObject());
    Socket socket = server();
    first.socket().abort();
    await().until(() -> !socket.isConnected());
    for (int i = 0; i < 3; i++) {
      app.io.emit("e", i);
    }
    var second = connect(claim(first, null));
    assertThat(second.before()).hasSize(3);
    assertThat(second.pid()).isEqualTo(first.pid());
    for (int i = 0; i < 4; i++) {
      app.io.emit("e", i);
    }
    assertThat(connect(claim(first, null)).pid()).isNotEqualTo(first.pid());
  }

  @Test
  void a_failed_recovery_after_a_successful_one_and_then_another() throws Exception {
    startInMemory(InMemoryRooms.Limits.defaults());
    var first = connect(new JsonObject());
    server();
    app.io.emit("one");
    String stale = offset(first.socket().text());
    first.socket().send("41"); // the session is gone, the client keeps its offset
    await()
        .untilAsserted(
            () -> assertThat(connect(claim(first, stale)).pid()).isNotEqualTo(first.pid()));
    app.io.emit("before the second session");
    var second = connect(claim(first, stale));
    second.socket().abort();
    app.io.emit("missed");
    var third = connect(claim(second, stale));
    assertThat(third.sid()).isEqualTo(second.sid());
    assertThat(third.before()).hasSize(1).first().asString().startsWith("42[\"missed\",");
  }

  // a store that takes its time

  private static final class SlowStore implements SessionStore {
    private final Queue<String> calls = new ConcurrentLinkedQueue<>();
    private volatile Function<Socket, Future<Void>> open = socket -> Future.succeededFuture();
    private volatile Function<Claim, Future<Optional<Recovered>>> takeOver =
        claim -> Future.succeededFuture(Optional.empty());

    @Override
    public Future<Void> open(Socket socket) {
      calls.add("open " + (socket.pid() != null));
      return open.apply(socket);
    }

    @Override
    public Future<Optional<Recovered>> takeOver(Socket socket, Claim claim) {
      calls.add("take over " + claim.pid() + " " + claim.offset());
      return takeOver.apply(claim);
    }

    @Override
    public void renew(List<Socket> sockets) {
      calls.add("renew " + sockets.size());
    }

    @Override
    public void lost(Socket socket) {
      calls.add("lost " + socket.id());
    }

    @Override
    public void forget(Socket socket) {
      calls.add("forget");
    }
  }

  private SlowStore startSlow(Duration timeout) {
    var store = new SlowStore();
    start(
        SocketIoOptions.builder()
            .sessions(store)
            .storeTimeout(timeout)
            .renewInterval(Duration.ofMillis(50)));
    return store;
  }

  @Test
  void nothing_is_told_before_the_session_is_kept_and_then_it_is_renewed() throws Exception {
    SlowStore store = startSlow(Duration.ofSeconds(20));
    Promise<Void> keeping = Promise.promise();
    store.open = socket -> keeping.future();
    var socket = client.webSocket("");
    socket.text();
    socket.send("40");
    await().until(() -> store.calls.contains("open true"));
    assertThat(sockets).isEmpty();
    keeping.complete();
    assertThat(socket.text()).startsWith("40{\"sid\":").contains("\"pid\":");
    await().until(() -> store.calls.contains("renew 1"));
    String sid = server().id();
    socket.abort();
    await().until(() -> store.calls.contains("lost " + sid));
  }

  /** What becomes of a client that asks for the namespace with these words. */
  private int closedInsteadOfConnected(String connect) throws Exception {
    var socket = client.webSocket("");
    socket.text();
    socket.send(connect);
    int code = socket.closed();
    assertThat(sockets).isEmpty();
    return code;
  }

  @Test
  void while_the_store_does_not_answer_clients_are_sent_away_to_come_again() throws Exception {
    SlowStore store = startSlow(Duration.ofMillis(100));
    store.open = socket -> Future.failedFuture("down");
    assertThat(closedInsteadOfConnected("40")).isEqualTo(1013);
    store.open = socket -> Promise.<Void>promise().future();
    assertThat(closedInsteadOfConnected("40")).isEqualTo(1013);
    store.open =
        socket -> {
          throw new IllegalStateException("broken");
        };
    assertThat(closedInsteadOfConnected("40")).isEqualTo(1013);
    store.open = socket -> Future.succeededFuture();
    store.takeOver = claim -> Future.failedFuture("down");
    assertThat(closedInsteadOfConnected("40{\"pid\":\"p\"}")).isEqualTo(1013);
    store.takeOver = claim -> Promise.<Optional<Recovered>>promise().future();
    assertThat(closedInsteadOfConnected("40{\"pid\":\"p\"}")).isEqualTo(1013);
    store.takeOver = claim -> Future.succeededFuture(Optional.empty());
    var answer = connect(new JsonObject().put("pid", "p").put("offset", "o")).answer();
    assertThat(answer.getString("pid")).isNotNull().isNotEqualTo("p");
  }

  @Test
  void a_session_that_is_taken_over_too_late_waits_for_the_clients_next_attempt() throws Exception {
    SlowStore store = startSlow(Duration.ofMillis(50));
    Promise<Optional<Recovered>> taking = Promise.promise();
    store.takeOver = claim -> taking.future();
    assertThat(closedInsteadOfConnected("40{\"pid\":\"p\"}")).isEqualTo(1013);
    taking.complete(Optional.of(new Recovered("the sid", "p", Set.of(), List.of())));
    await().until(() -> store.calls.contains("lost the sid"));
  }

  @Test
  void a_middleware_that_cannot_tell_yet_sends_the_client_away_to_come_again() throws Exception {
    start(SocketIoOptions.builder());
    app.io.use(socket -> Future.failedFuture(new ConnectPostponed("the keys are not there yet")));
    assertThat(closedInsteadOfConnected("40")).isEqualTo(1013);
  }

  @Test
  void a_client_gone_while_its_session_is_taken_over_can_come_again() throws Exception {
    SlowStore store = startSlow(Duration.ofSeconds(20));
    Promise<Optional<Recovered>> taking = Promise.promise();
    store.takeOver = claim -> taking.future();
    var socket = client.webSocket("");
    socket.text();
    socket.send("40{\"pid\":\"p\",\"offset\":\"o\"}");
    await().until(() -> store.calls.contains("take over p o"));
    socket.send("1");
    assertThat(socket.closed()).isEqualTo(1000);
    var missed = PreparedPacket.event("/", "missed", new byte[0], "7");
    taking.complete(Optional.of(new Recovered("the sid", "p", Set.of("room"), List.of(missed))));
    await().until(() -> store.calls.contains("lost the sid"));
    assertThat(sockets).isEmpty();
  }

  @Test
  void a_client_gone_while_its_session_is_opened_leaves_none_behind() throws Exception {
    SlowStore store = startSlow(Duration.ofSeconds(20));
    Promise<Void> opening = Promise.promise();
    store.open = socket -> opening.future();
    var socket = client.webSocket("");
    socket.text();
    socket.send("40");
    await().until(() -> store.calls.contains("open true"));
    socket.send("1");
    assertThat(socket.closed()).isEqualTo(1000);
    opening.complete();
    await().until(() -> store.calls.contains("forget"));
    assertThat(sockets).isEmpty();
  }

  @Test
  void a_recovered_session_goes_on_with_its_rooms_and_ids() throws Exception {
    SlowStore store = startSlow(Duration.ofSeconds(20));
    var missed = PreparedPacket.event("/", "missed", "{\"n\":1}".getBytes(), "7");
    store.takeOver =
        claim ->
            app.vertx.executeBlocking( // completed by another thread
                () -> Optional.of(new Recovered("the sid", "p", Set.of("room"), List.of(missed))));
    var back = connect(new JsonObject().put("pid", "p"));
    assertThat(store.calls).contains("take over p null");
    assertThat(back.before()).containsExactly("42[\"missed\",{\"n\":1},\"7\"]");
    assertThat(back.answer()).isEqualTo(new JsonObject().put("sid", "the sid").put("pid", "p"));
    Socket socket = server();
    assertThat(socket.recovered()).isTrue();
    app.io.to("room").emit("live", "ends in a string");
    assertThat(back.socket().text()).isEqualTo("42[\"live\",\"ends in a string\"]");
    socket.emit("to it", "ends in a string");
    assertThat(back.socket().text()).isEqualTo("42[\"to it\",\"ends in a string\",null]");
  }
}
