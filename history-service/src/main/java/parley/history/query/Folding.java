package parley.history.query;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import parley.history.search.SearchQuery;

/** Puts a message's last edit and its reactions into its JSON; most have neither and stay bytes. */
final class Folding {
  private Folding() {}

  /**
   * @param body members that replace those of the message
   * @param counts {@code [{emoji, count, users}]}
   */
  static String fold(String json, @Nullable String body, @Nullable String counts) {
    String current = body == null ? json : edited(json, body);
    return counts == null ? current : with(current, "reactions", counts);
  }

  /** Also says where the words stand in {@code text}. */
  static String highlighted(String folded, SearchQuery query) {
    String text = new JsonObject(folded).getString("text");
    JsonArray places = new JsonArray();
    if (text != null) {
      query.highlights(text).forEach(p -> places.add(new JsonArray().add(p[0]).add(p[1])));
    }
    return with(folded, "highlights", places.encode());
  }

  private static String edited(String json, String body) {
    JsonObject message = new JsonObject(json);
    new JsonObject(body).forEach(member -> message.put(member.getKey(), member.getValue()));
    return message.encode();
  }

  private static String with(String json, String name, String value) {
    return json.substring(0, json.lastIndexOf('}')) + ",\"" + name + "\":" + value + "}";
  }
}
