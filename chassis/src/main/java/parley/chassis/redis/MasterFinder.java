package parley.chassis.redis;

import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.concurrent.TimeUnit;
import parley.chassis.redis.RedisAddress.Sentinels;
import parley.chassis.redis.RedisUnavailable.Kind;

/** Where to connect to: the address itself, or what the first sentinel that answers says. */
final class MasterFinder {

  private static final int IN_FLIGHT_MAX = 4;

  private final ContextInternal context;
  private final NetClient client;
  private final RedisOptions options;

  MasterFinder(ContextInternal context, NetClient client, RedisOptions options) {
    this.context = context;
    this.client = client;
    this.options = options;
  }

  Future<RedisAddress> find() {
    return options
        .address()
        .sentinels()
        .map(sentinels -> ask(sentinels, 0))
        .orElseGet(() -> Future.succeededFuture(options.address()));
  }

  /** A sentinel may tell of a master that was demoted meanwhile; it says so itself then. */
  Future<Response> checkRole(Response hello) {
    boolean asked = options.address().sentinels().isPresent();
    if (asked && !"master".equals(String.valueOf(hello.get("role")))) {
      return Future.failedFuture("the sentinels name a server that is no master");
    }
    return Future.succeededFuture(hello);
  }

  private Future<RedisAddress> ask(Sentinels sentinels, int index) {
    List<SocketAddress> addresses = sentinels.addresses();
    if (index == addresses.size()) {
      return Future.failedFuture("no sentinel knows the master " + sentinels.masterName());
    }
    return ask(addresses.get(index), sentinels.masterName())
        .recover(ignored -> ask(sentinels, index + 1));
  }

  private Future<RedisAddress> ask(SocketAddress sentinel, String masterName) {
    Request question = Request.cmd(Command.SENTINEL).arg("GET-MASTER-ADDR-BY-NAME").arg(masterName);
    return client
        .connect(sentinel)
        .compose(
            socket -> {
              Conversation talk =
                  new Conversation(context, socket, IN_FLIGHT_MAX, push -> {}, why -> {});
              return talk.send(question)
                  .timeout(options.answerWithin().toMillis(), TimeUnit.MILLISECONDS)
                  .onComplete(ignored -> talk.close(Kind.CLOSED, "asked"));
            })
        .map(
            answer -> {
              if (answer == null || answer.size() != 2) {
                throw new IllegalStateException("the sentinel does not know " + masterName);
              }
              return options.address().at(answer.get(0).toString(), answer.get(1).toInteger());
            });
  }
}
