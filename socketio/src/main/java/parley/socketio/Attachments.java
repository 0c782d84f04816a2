package parley.socketio;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A packet whose binary parts are still arriving, each as a message of its own. */
final class Attachments {
  private final Packet packet;
  private final List<Buffer> arrived = new ArrayList<>();
  private long bytes;

  Attachments(Packet packet) {
    this.packet = packet;
  }

  Packet packet() {
    return packet;
  }

  /** Takes the next part; true when all are there. */
  boolean add(byte[] part, long bytesMax) throws MalformedPacket {
    bytes += part.length;
    if (bytes > bytesMax) {
      throw new MalformedPacket("attachments too big");
    }
    arrived.add(Buffer.buffer(part));
    return arrived.size() == packet.attachments();
  }

  /** Puts the parts where the arguments have their placeholders. */
  JsonArray fill() throws MalformedPacket {
    JsonArray args = packet.args();
    if (args == null) {
      throw new MalformedPacket("attachments to nothing");
    }
    fill(args);
    return args;
  }

  @SuppressWarnings("unchecked")
  private void fill(JsonArray array) throws MalformedPacket {
    List<@Nullable Object> list = array.getList();
    for (int i = 0; i < list.size(); i++) {
      list.set(i, filled(list.get(i)));
    }
  }

  private @Nullable Object filled(@Nullable Object value) throws MalformedPacket {
    if (value instanceof JsonArray array) {
      fill(array);
    } else if (value instanceof JsonObject object) {
      if (Boolean.TRUE.equals(object.getValue("_placeholder"))) {
        return part(object.getValue("num"));
      }
      for (Map.Entry<String, Object> entry : object.getMap().entrySet()) {
        entry.setValue(filled(entry.getValue()));
      }
    }
    return value;
  }

  private Buffer part(@Nullable Object index) throws MalformedPacket {
    if (index instanceof Integer i && i >= 0 && i < arrived.size()) {
      return arrived.get(i);
    }
    throw new MalformedPacket("illegal attachments");
  }
}
