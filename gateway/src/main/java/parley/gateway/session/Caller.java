package parley.gateway.session;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Speaker;
import parley.protocol.User;

/**
 * Who speaks, as a verified token says.
 *
 * @param messages whether messages may be sent and heard; a server key may be for other things only
 * @param rooms the only rooms that the token is good for; null: all
 * @param expiresAtMs milliseconds since 1970; 0: never
 * @param tokenId what it is revoked by
 * @param token as it was given, to be shown to the services
 */
public record Caller(
    User user,
    boolean admin,
    boolean messages,
    @Nullable Set<String> rooms,
    long issuedAtMs,
    long expiresAtMs,
    @Nullable String tokenId,
    String token) {

  public Speaker speaker() {
    return new Speaker(user, admin);
  }

  boolean mayEnter(String room) {
    return messages && (rooms == null || rooms.contains(room));
  }
}
