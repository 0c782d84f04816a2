package parley.gateway.session;

import io.vertx.core.Future;

/** Whom a token makes its bearer. */
public interface Callers {
  /**
   * Completes on the caller's context. Fails with {@code unauthorized}, {@code token_expired} or
   * {@code token_revoked}.
   */
  Future<Caller> of(String token);

  /** Whether what made the caller has been revoked since. From any thread. */
  boolean isRevoked(Caller caller);
}
