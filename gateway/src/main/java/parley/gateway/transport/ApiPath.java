package parley.gateway.transport;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a path, decoded one by one, so that a room may hold a slash and no trick with
 * dots, empty segments or broken encodings leads elsewhere than it seems to.
 */
record ApiPath(List<String> segments) {
  private static final int SEGMENTS_MAX = 16;
  private static final int PATH_CHARACTERS_MAX = 2_048;

  /** Null if the path is not one that a client of ours would write. */
  static @Nullable ApiPath parse(@Nullable String path) {
    if (path == null || path.length() > PATH_CHARACTERS_MAX || !path.startsWith("/")) {
      return null;
    }
    List<String> segments = new ArrayList<>();
    for (String raw : path.substring(1).split("/", -1)) {
      String segment = decode(raw);
      if (segment == null || segments.size() == SEGMENTS_MAX) {
        return null;
      }
      segments.add(segment);
    }
    return new ApiPath(List.copyOf(segments));
  }

  boolean is(String... names) {
    return segments.equals(List.of(names));
  }

  /** The room of {@code /api/rooms/{room}/<last>}, or null. */
  @Nullable String roomOf(String last) {
    return segments.size() == 4
            && segments.get(0).equals("api")
            && segments.get(1).equals("rooms")
            && segments.get(3).equals(last)
        ? segments.get(2)
        : null;
  }

  private static @Nullable String decode(String raw) {
    if (raw.isEmpty() || raw.indexOf('\\') >= 0 || raw.indexOf(';') >= 0) {
      return null;
    }
    byte[] bytes;
    try {
      bytes =
          URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.ISO_8859_1)
              .getBytes(StandardCharsets.ISO_8859_1);
    } catch (IllegalArgumentException e) {
      return null;
    }
    try {
      String segment =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return segment.equals(".") || segment.equals("..") ? null : segment;
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
