package parley.gateway.room;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import parley.protocol.Ephemeral;

/** One ephemeral event: heard by whoever can take it now, and by nobody later. */
record Whisper(byte[] name, byte[] json, @Nullable String except) {
  static Whisper of(Ephemeral event) {
    return new Whisper(
        JsonStringEncoder.getInstance().quoteAsUTF8(event.event()),
        event.json().getBytes(StandardCharsets.UTF_8),
        event.except());
  }
}
