package parley.history.query;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages of a room.
 *
 * @param messages JSON of each, ascending by seq (the best first, when searched)
 * @param before where older ones go on, null if there are none
 * @param after where newer ones go on, null if there are none
 * @param settled whether the same request will get the same answer for ever
 */
public record Page(
    List<String> messages, @Nullable Cursor before, @Nullable Cursor after, boolean settled) {

  /** The answer's body. */
  public String json() {
    StringBuilder json = new StringBuilder(messages.size() * 256 + 64);
    json.append("{\"messages\":[");
    for (int i = 0; i < messages.size(); i++) {
      json.append(i == 0 ? "" : ",").append(messages.get(i));
    }
    json.append(']');
    if (before != null) {
      json.append(",\"before\":\"").append(before).append('"');
    }
    if (after != null) {
      json.append(",\"after\":\"").append(after).append('"');
    }
    return json.append('}').toString();
  }
}
