package parley.gateway.room;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.protocol.Ephemeral;

/** One ephemeral event: heard by whoever can take it now, and by nobody later. */
final class Whisper {
  /** Escaped for JSON. */
  final byte[] name;

  final byte[] json;

  /** What the placeholders of the JSON stand for; such an event is for Socket.IO clients only. */
  final List<byte[]> binaries;

  /** Id of the outlet that does not hear it. */
  final @Nullable String except;

  Whisper(Ephemeral event) {
    name = JsonStringEncoder.getInstance().quoteAsUTF8(event.event());
    json = event.json().getBytes(StandardCharsets.UTF_8);
    binaries = event.binaries();
    except = event.except();
  }
}
