package parley.gateway.session;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Speaker;
import parley.protocol.User;

/**
 * Who speaks, as a verified token says.
 *
 * @param rooms the only rooms that the token is good for; null: all
 * @param expiresAtMs milliseconds since 1970; 0: never
 * @param token as it was given, to be shown to the services
 */
public record Caller(
    User user,
    boolean admin,
    @Nullable Set<String> rooms,
    long issuedAtMs,
    long expiresAtMs,
    @Nullable String tokenId,
    String token) {

  public Speaker speaker() {
    return new Speaker(user, admin);
  }

  boolean mayEnter(String room) {
    return rooms == null || rooms.contains(room);
  }
}
