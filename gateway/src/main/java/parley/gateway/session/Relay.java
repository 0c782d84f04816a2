package parley.gateway.session;

import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import parley.protocol.Ids;

/**
 * An application's own event made a stored broadcast: {@code heard@room} is what comes of {@code
 * said}. The room is joined by every session.
 */
public record Relay(String said, String heard, String room) {
  /** Names that events give a meaning. */
  private static final Set<String> OF_EVENTS =
      Set.of("seq", "prev", "pos", "ts", "type", "room", "from", "event", "data", "key");

  private static final Pattern FORM = Pattern.compile("([^>@]+)>([^>@]+)@([^>@]+)");

  /** From {@code msg_send>msg_rec@lobby}; throws with the sentence that says what is wrong. */
  public static Relay parse(String text) {
    Matcher parts = FORM.matcher(text.strip());
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "PARLEY_RELAY is '"
              + text
              + "'; write what is sent>what is heard@room: msg_send>msg_rec@lobby.");
    }
    Relay relay = new Relay(parts.group(1), parts.group(2), parts.group(3));
    boolean good =
        Ids.eventProblem(relay.said) == null
            && Ids.eventProblem(relay.heard) == null
            && Ids.roomProblem(relay.room) == null
            && !Vocabulary.isReserved(relay.said)
            && !Vocabulary.isReserved(relay.heard);
    if (!good) {
      throw new IllegalArgumentException(
          "PARLEY_RELAY is '" + text + "'; its names must not be those of the vocabulary.");
    }
    return relay;
  }

  Command command(JsonObject said) {
    String data = Payload.of(said).storable();
    JsonObject top = said.copy();
    OF_EVENTS.forEach(top::remove);
    String fields = top.encode();
    return new Command.Relayed(room, heard, data, fields.substring(1, fields.length() - 1));
  }

  static Map<String, Relay> bySaid(Collection<Relay> relays) {
    Map<String, Relay> map = new HashMap<>();
    relays.forEach(relay -> map.put(relay.said, relay));
    return Map.copyOf(map);
  }
}
