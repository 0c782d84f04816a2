package parley.gateway.session;

import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.gateway.bus.Refused;
import parley.protocol.ErrorCode;
import parley.protocol.Limits;

/**
 * Reads a client's event into a {@link Command}; throws {@link Refused} for everything that is
 * none.
 */
final class CommandReader {
  private CommandReader() {}

  static Command read(String event, JsonObject data, String self) {
    Fields fields = new Fields(data);
    return switch (event) {
      case "join" -> new Command.Join(fields.room(), fields.optionalSeq("after"));
      case "leave" -> new Command.Leave(fields.room());
      case "send" -> send(fields);
      case "edit" -> edit(fields);
      case "delete" -> new Command.Delete(fields.room(), fields.seq("seq"));
      case "react" ->
          new Command.React(
              fields.room(), fields.seq("seq"), fields.emoji(), fields.flag("on", true));
      case "typing" -> new Command.Typing(fields.room(), fields.flag("on", true));
      case "read" -> new Command.Read(fields.room(), fields.seq("seq"));
      case "emit" -> emit(fields, self);
      case "history" -> history(fields);
      case "who" -> new Command.Who(fields.room());
      case "auth" -> new Command.Auth(fields.token());
      default -> throw Refused.of(ErrorCode.UNKNOWN_EVENT, "there is no event of this name");
    };
  }

  private static Command send(Fields fields) {
    String text = fields.messageText();
    String data = fields.dataJson();
    if (text == null && data == null) {
      throw Fields.invalid("text or data must be given");
    }
    return new Command.Send(
        fields.room(), text, data, fields.optionalSeq("replyTo"), fields.key(), stored(fields));
  }

  private static boolean stored(Fields fields) {
    String ack = fields.text("ack");
    if (ack != null && !ack.equals("stored") && !ack.equals("accepted")) {
      throw Fields.invalid("ack must be \"accepted\" or \"stored\"");
    }
    return "stored".equals(ack);
  }

  private static Command edit(Fields fields) {
    String text = fields.messageText();
    String data = fields.dataJson();
    if (text == null && data == null) {
      throw Fields.invalid("text or data must be given");
    }
    return new Command.Edit(fields.room(), fields.seq("seq"), text, data, fields.key());
  }

  private static Command emit(Fields fields, String self) {
    Command.Target to = target(fields.value("to"), self);
    boolean store = fields.flag("store", false);
    if (store && !(to instanceof Command.Target.Room)) {
      throw Fields.invalid("store is for events to a room");
    }
    Payload data = store ? storable(fields.data()) : fields.data();
    return new Command.Emit(
        to,
        fields.event(),
        data == null ? Payload.NOTHING : data,
        fields.flag("self", true),
        store,
        fields.key());
  }

  private static @Nullable Payload storable(@Nullable Payload data) {
    return data == null ? null : new Payload(data.storable(), List.of());
  }

  private static Command.Target target(@Nullable Object to, String self) {
    if (to instanceof JsonObject object && object.containsKey("room")) {
      return new Command.Target.Room(new Fields(object).room());
    }
    if (to instanceof JsonObject object && object.containsKey("user")) {
      return new Command.Target.Devices(new Fields(object).user());
    }
    if ("me".equals(to)) {
      return new Command.Target.Devices(self);
    }
    if ("all".equals(to)) {
      return new Command.Target.Everyone();
    }
    throw Fields.invalid("to must be {room}, {user}, \"me\" or \"all\"");
  }

  private static Command history(Fields fields) {
    StringBuilder query = new StringBuilder();
    for (String name : new String[] {"before", "after", "around"}) {
      String cursor = fields.cursor(name);
      if (cursor != null) {
        append(query, name, cursor);
      }
    }
    Long limit = fields.optionalSeq("limit");
    if (limit != null) {
      if (limit < 1 || limit > Limits.PAGE_EVENTS_MAX) {
        throw Fields.invalid("limit must be from 1 to " + Limits.PAGE_EVENTS_MAX);
      }
      append(query, "limit", limit.toString());
    }
    String search = fields.search();
    if (search != null) {
      append(query, "q", search);
    }
    return new Command.History(fields.room(), query.toString());
  }

  private static void append(StringBuilder query, String name, String value) {
    query.append(query.isEmpty() ? '?' : '&').append(name).append('=');
    query.append(URLEncoder.encode(value, StandardCharsets.UTF_8));
  }
}
