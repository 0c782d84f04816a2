package parley.verify.talk;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import parley.chassis.config.Settings;
import parley.chassis.token.TokenSettings;
import parley.chassis.token.TokenSigner;
import parley.verify.cluster.Cluster;

/** Tokens as the application's own backend would sign them. */
public final class Tokens {
  private static final TokenSigner SIGNER =
      TokenSigner.of(
              Settings.read(
                  TokenSettings.class, Map.of("PARLEY_TOKEN_SECRET", Cluster.TOKEN_SECRET)))
          .orElseThrow();

  private Tokens() {}

  public static String of(String user) {
    return SIGNER.sign(user, user, List.of(), Optional.empty(), Duration.ofHours(12));
  }
}
