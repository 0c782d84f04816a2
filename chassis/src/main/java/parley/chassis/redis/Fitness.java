package parley.chassis.redis;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.protocol.RedisCheck;

/**
 * Preparation of a connection: a Redis that would break promises is refused with a sentence, what
 * is only unwise is told once. A service that may not ask for the configuration goes on.
 */
public final class Fitness {
  private static final Logger LOG = LoggerFactory.getLogger(Fitness.class);

  /** One entry for each kind of warning at most. */
  private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

  private Fitness() {}

  public static Future<?> check(RedisCommands connection) {
    Future<String> server = info(connection, "server");
    Future<String> replication = info(connection, "replication");
    Future<Map<String, String>> config = config(connection);
    return Future.all(server, replication, config)
        .compose(asked -> judge(server.result() + replication.result(), config.result()));
  }

  private static Future<Void> judge(String info, Map<String, String> config) {
    for (RedisCheck.Finding finding : RedisCheck.findings(info, config)) {
      switch (finding) {
        case RedisCheck.Finding.Refusal refusal -> {
          return Future.failedFuture(new RedisUnfit(refusal.sentence()));
        }
        case RedisCheck.Finding.Warning warning -> {
          if (TOLD.add(warning.sentence())) {
            LOG.warn("{}", warning.sentence());
          }
        }
      }
    }
    return Future.succeededFuture();
  }

  private static Future<String> info(RedisCommands connection, String section) {
    return connection
        .send(Request.cmd(Command.INFO).arg(section))
        .map(answer -> answer == null ? "" : answer.toString() + "\n");
  }

  private static Future<Map<String, String>> config(RedisCommands connection) {
    Request request = Request.cmd(Command.CONFIG).arg("GET");
    RedisCheck.CONFIG.forEach(request::arg);
    return connection.send(request).map(Fitness::pairs).otherwise(Map.of());
  }

  /** A map of the newer protocol, or names and values in turn. */
  private static Map<String, String> pairs(@Nullable Response answer) {
    Map<String, String> pairs = new HashMap<>();
    if (answer != null) {
      for (String name : RedisCheck.CONFIG) {
        Response value = answer.get(name);
        if (value != null) {
          pairs.put(name, value.toString());
        }
      }
    }
    return pairs;
  }
}
