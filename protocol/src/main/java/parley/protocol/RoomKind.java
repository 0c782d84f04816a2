package parley.protocol;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who may enter and write in a room. */
public enum RoomKind {
  /** Everyone who is not banned enters and writes. */
  OPEN,
  /** Members only. */
  PRIVATE,
  /** Two members only, and never others. */
  DIRECT,
  /** Everyone who is not banned enters; moderators and owners write. */
  ANNOUNCEMENT;

  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static @Nullable RoomKind of(String code) {
    return switch (code) {
      case "open" -> OPEN;
      case "private" -> PRIVATE;
      case "direct" -> DIRECT;
      case "announcement" -> ANNOUNCEMENT;
      default -> null;
    };
  }
}
