package parley.verify.talk;

import java.time.Duration;
import java.util.List;
import parley.chassis.token.TokenSigner;
import parley.verify.cluster.Cluster;

/** Tokens as the application's own backend would sign them. */
final class Tokens {
  private static final TokenSigner SIGNER = new TokenSigner(Cluster.TOKEN_SECRET);

  private Tokens() {}

  static String of(String user) {
    return SIGNER.sign(user, user, List.of(), Duration.ofHours(12));
  }
}
