package parley.chassis.token;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What a believed token says.
 *
 * @param rooms where given, the only rooms that its bearer may enter
 * @param issuedAt the epoch's begin where the token does not say, so that every revocation hits it
 * @param id the token's own id ({@code jti}); empty where it has none
 */
public record VerifiedToken(
    String userId,
    String name,
    Set<String> roles,
    Optional<Set<String>> rooms,
    Instant expiresAt,
    Instant issuedAt,
    String id) {

  public boolean hasRole(String role) {
    return roles.contains(role);
  }

  /** Whether the token's scope includes a room. */
  public boolean allows(String room) {
    return rooms.isEmpty() || rooms.get().contains(room);
  }
}
