package parley.gateway.session;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Refused;
import parley.protocol.ErrorCode;
import parley.protocol.Ids;
import parley.protocol.Limits;

/** The fields of a request, read with their rules; what breaks one is refused with a sentence. */
final class Fields {
  /** Numbers above cannot be told apart in JavaScript. */
  private static final Pattern CURSOR = Pattern.compile("\\d{1,16}(\\.\\d{1,16})?");

  private static final long NUMBER_MAX = (1L << 53) - 1;

  private static final int TOKEN_BYTES_MAX = 8_192;
  private static final int SEARCH_BYTES_MAX = 200;

  private final JsonObject data;

  Fields(JsonObject data) {
    this.data = data;
  }

  String room() {
    String room = text("room");
    check(Ids.roomProblem(room));
    return present("room", room);
  }

  String user() {
    String user = text("user");
    check(Ids.userProblem(user));
    return present("user", user);
  }

  @Nullable String key() {
    String key = text("key");
    if (key != null) {
      check(Ids.keyProblem(key));
      if (key.charAt(0) == '~') {
        throw invalid("key must not start with ~");
      }
    }
    return key;
  }

  @Nullable String messageText() {
    String text = text("text");
    if (text != null) {
      if (Ids.utf8Length(text) > Limits.TEXT_BYTES_MAX) {
        throw Refused.of(
            ErrorCode.TOO_LARGE, "text must be at most " + Limits.TEXT_BYTES_MAX + " bytes long");
      }
      check(Ids.textProblem(text));
    }
    return text;
  }

  String event() {
    String event = text("event");
    check(Ids.eventProblem(event));
    String name = present("event", event);
    if (Vocabulary.isReserved(name)) {
      throw Refused.of(ErrorCode.RESERVED_EVENT, "event " + name + " is a name of the vocabulary");
    }
    return name;
  }

  String emoji() {
    String emoji = present("emoji", text("emoji"));
    if (emoji.isBlank()
        || Ids.utf8Length(emoji) > Limits.EMOJI_BYTES_MAX
        || !Ids.isStorable(emoji)
        || emoji.codePoints().anyMatch(Character::isISOControl)) {
      throw invalid("emoji must be 1 to " + Limits.EMOJI_BYTES_MAX + " bytes of text");
    }
    return emoji;
  }

  String token() {
    String token = present("token", text("token"));
    if (token.length() > TOKEN_BYTES_MAX) {
      throw Refused.of(ErrorCode.TOO_LARGE, "token must be at most " + TOKEN_BYTES_MAX + " bytes");
    }
    return token;
  }

  @Nullable String search() {
    String search = text("q");
    if (search != null && (Ids.utf8Length(search) > SEARCH_BYTES_MAX || !Ids.isStorable(search))) {
      throw invalid("q must be at most " + SEARCH_BYTES_MAX + " bytes of text");
    }
    return search;
  }

  /** Custom data, or null when there is none. */
  @Nullable Payload data() {
    Object value = data.getMap().get("data");
    return value == null ? null : Payload.of(value);
  }

  /** The JSON of custom data that is to be kept, or null when there is none. */
  @Nullable String dataJson() {
    Payload payload = data();
    return payload == null ? null : payload.storable();
  }

  long seq(String name) {
    Long seq = optionalSeq(name);
    if (seq == null) {
      throw invalid(name + " must be given");
    }
    return seq;
  }

  @Nullable Long optionalSeq(String name) {
    Object value = scalar(name);
    if (value == null) {
      return null;
    }
    if (!(value instanceof Number number)
        || number.doubleValue() != number.longValue()
        || number.longValue() < 0
        || number.longValue() > NUMBER_MAX) {
      throw invalid(name + " must be a whole number from 0 to 2^53 - 1");
    }
    return number.longValue();
  }

  /** Where a page of history begins: a seq, or the text that the page beside it gave. */
  @Nullable String cursor(String name) {
    if (!(data.getValue(name) instanceof String text)) {
      Long seq = optionalSeq(name);
      return seq == null ? null : seq.toString();
    }
    if (!CURSOR.matcher(text).matches()) {
      throw invalid(name + " must be a cursor of a page, or the seq of a message");
    }
    return text;
  }

  boolean flag(String name, boolean otherwise) {
    Object value = scalar(name);
    if (value == null) {
      return otherwise;
    }
    if (!(value instanceof Boolean flag)) {
      throw invalid(name + " must be true or false");
    }
    return flag;
  }

  @Nullable String text(String name) {
    Object value = scalar(name);
    if (value == null) {
      return null;
    }
    if (!(value instanceof String text)) {
      throw invalid(name + " must be a string");
    }
    return text;
  }

  @Nullable Object value(String name) {
    return data.getValue(name);
  }

  /** As the client gave it; {@link JsonObject#getValue} would make text of binary data. */
  private @Nullable Object scalar(String name) {
    Object value = data.getMap().get(name);
    if (value instanceof Buffer || value instanceof byte[]) {
      throw Refused.of(ErrorCode.BINARY_REFUSED, name + " must not be binary");
    }
    return value;
  }

  static Refused invalid(String sentence) {
    return Refused.of(ErrorCode.INVALID, sentence);
  }

  private static String present(String name, @Nullable String value) {
    if (value == null) {
      throw invalid(name + " must be given");
    }
    return value;
  }

  private static void check(@Nullable String problem) {
    if (problem != null) {
      throw invalid(problem);
    }
  }
}
