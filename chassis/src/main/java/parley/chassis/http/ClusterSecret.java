package parley.chassis.http;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import parley.chassis.config.Secret;
import parley.protocol.ErrorCode;

/** Keeps everyone but Parley's own processes from internal paths. */
public final class ClusterSecret {

  /** The header in which a process shows the secret. */
  public static final String HEADER = "Parley-Cluster";

  private ClusterSecret() {}

  /** Goes on to the next handler only with the right secret. */
  public static Handler<RoutingContext> required(Secret secret) {
    return context -> {
      String shown = context.request().getHeader(HEADER);
      if (shown != null && secret.matches(shown)) {
        context.next();
      } else {
        ErrorAnswer.of(ErrorCode.FORBIDDEN, "This path is for Parley's own processes.")
            .send(context.response());
      }
    };
  }
}
