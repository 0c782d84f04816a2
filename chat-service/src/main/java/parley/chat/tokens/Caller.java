package parley.chat.tokens;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import parley.protocol.User;

/**
 * Whom a request comes from.
 *
 * @param admin may do in every room what its owner may
 * @param rooms the only rooms that the token allows, or null for all
 * @param scopes of a server key, which is an admin within them; null for a person
 * @param tokenId what the token is revoked by, or null if it cannot be revoked alone
 */
public record Caller(
    User user,
    boolean admin,
    @Nullable Set<String> rooms,
    @Nullable Set<Scope> scopes,
    @Nullable String tokenId) {

  public String id() {
    return user.id();
  }

  public boolean mayEnter(String room) {
    return rooms == null || rooms.contains(room);
  }

  public boolean mayUse(Scope scope) {
    return scopes == null || scopes.contains(scope);
  }

  /** What a gateway needs to know of it. */
  public JsonObject json() {
    JsonObject json =
        new JsonObject()
            .put("user", new JsonObject().put("id", user.id()).put("name", user.name()))
            .put("admin", admin);
    if (scopes != null) {
      json.put("scopes", new JsonArray(scopes.stream().map(Scope::word).sorted().toList()));
    }
    if (rooms != null) {
      json.put("rooms", new JsonArray(rooms.stream().sorted().toList()));
    }
    return json;
  }
}
