package parley.verify.probe;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import parley.verify.check.Verdict;
import parley.verify.check.Verdict.Promise;
import parley.verify.cluster.Cluster;
import parley.verify.cluster.ServiceProcess;
import parley.verify.fault.FaultProxy;

/**
 * P8: a gateway that is cut off from Redis says that it is not ready, keeps the connections that it
 * has, and is ready again when it hears itself through Redis again.
 */
public final class CutOff {
  private static final int WITNESSES = 3;
  private static final double NOT_READY_SECONDS_MAX = 15;
  private static final double READY_SECONDS_MAX = 30;

  private final Cluster cluster;
  private final ServiceProcess gateway;
  private final Verdict verdict;
  private final List<Onlooker> witnesses = new ArrayList<>();

  public CutOff(Cluster cluster, ServiceProcess gateway, Verdict verdict) {
    this.cluster = cluster;
    this.gateway = gateway;
    this.verdict = verdict;
  }

  /** Connects witnesses, cuts, and waits until the gateway says what it is. */
  public void begin(FaultProxy.Mode how) throws IOException {
    int port = cluster.port(cluster.gateways().indexOf(gateway));
    for (int i = 0; i < WITNESSES; i++) {
      Onlooker witness = Onlooker.patiently(port, "witness-" + i, 0, (event, data) -> {});
      witnesses.add(witness);
      witness.tell("join", new JsonObject().put("room", "witnesses"));
    }
    link().set(how);
    double took = secondsUntil(() -> !cluster.isReady(gateway), NOT_READY_SECONDS_MAX);
    verdict.check(
        Promise.P8,
        took < NOT_READY_SECONDS_MAX,
        "%s says after %.0f s without Redis that it is ready".formatted(gateway.name(), took));
    verdict.remark(
        Promise.P8,
        "%s, cut off from Redis: not ready after %.1f s".formatted(gateway.name(), took));
  }

  public void end() {
    long kept = witnesses.stream().filter(Onlooker::isOpen).count();
    verdict.check(
        Promise.P8,
        kept == WITNESSES,
        "%s, cut off from Redis, closed %d of %d connections"
            .formatted(gateway.name(), WITNESSES - kept, WITNESSES));
    link().set(FaultProxy.Mode.PASS);
    double took = secondsUntil(() -> cluster.isReady(gateway), READY_SECONDS_MAX);
    verdict.check(
        Promise.P8,
        took < READY_SECONDS_MAX,
        "%s is not ready %.0f s after Redis is there again".formatted(gateway.name(), took));
    verdict.remark(
        Promise.P8,
        "%s: ready again after %.1f s, its %d connections kept"
            .formatted(gateway.name(), took, kept));
    for (Onlooker witness : witnesses) {
      verdict.check(Promise.P8, answers(witness), "a kept connection does not answer any more");
      witness.close();
    }
  }

  private FaultProxy link() {
    return cluster.link(gateway.name() + " > redis");
  }

  private static boolean answers(Onlooker witness) {
    try {
      JsonObject message = new JsonObject().put("room", "witnesses").put("text", "still here");
      JsonObject answer = witness.ask("send", message);
      JsonObject error = answer.getJsonObject("error");
      // What else is broken just now may keep the message away; the connection works all the same.
      return error == null || error.getLong("retryAfterMs") != null;
    } catch (IOException e) {
      return false;
    }
  }

  private static double secondsUntil(BooleanSupplier condition, double most) {
    long from = System.nanoTime();
    while (!condition.getAsBoolean() && (System.nanoTime() - from) / 1e9 < most) {
      LockSupport.parkNanos(50_000_000);
    }
    return (System.nanoTime() - from) / 1e9;
  }
}
