package parley.chat.peers;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateways, asked for what their rings hold. */
public final class Gateways {
  private static final Logger LOG = LoggerFactory.getLogger(Gateways.class);

  /** Healing waits so long for all of them together. */
  private static final Duration TAILS_WITHIN = Duration.ofSeconds(1);

  private final Peer peer;

  public Gateways(HttpClient client, String clusterSecret) {
    this.peer = new Peer(client, clusterSecret);
  }

  /** What the gateway at this address said. */
  public record Answer(String address, JsonObject json) {}

  /** Asks all at once; who does not answer in time is left out. */
  public List<Answer> tails(List<String> addresses, int shard, String fence) {
    JsonObject question = new JsonObject().put("shard", shard).put("fence", fence);
    List<Future<Answer>> asked = new ArrayList<>();
    for (String address : addresses) {
      asked.add(
          peer.ask(HttpMethod.POST, "http://" + address + "/internal/tails", question, TAILS_WITHIN)
              .timeout(TAILS_WITHIN.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)
              .compose(
                  reply ->
                      reply.status() == 200
                          ? Future.succeededFuture(new Answer(address, reply.json()))
                          : Future.failedFuture("status " + reply.status()))
              .onFailure(e -> LOG.warn("no tail from {}: {}", address, e.toString())));
    }
    Future.await(Future.join(asked).transform(any -> Future.succeededFuture()));
    return asked.stream().filter(Future::succeeded).map(Future::result).toList();
  }
}
