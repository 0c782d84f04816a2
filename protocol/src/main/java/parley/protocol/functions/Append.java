package parley.protocol.functions;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import parley.protocol.ErrorCode;
import parley.protocol.Limits;
import parley.protocol.RoomKeys;
import parley.protocol.User;

/** Appends one durable event to a room: see append.lua. */
public final class Append {
  public static final String NAME = "parley_append";

  /** No epoch is named: any will do. */
  public static final long ANY_EPOCH = 0;

  private Append() {}

  /** What a repeat is recognised by, within its window. Every append has one. */
  public sealed interface Key {
    String key();

    /** Given by the client; remembered for 10 to 20 minutes. */
    record Client(String key) implements Key {}

    /**
     * Made by the calling process for its own retry; remembered for 10 to 20 seconds.
     *
     * @param first whether this is the first try: the key is not looked for then, which is cheaper
     */
    record Own(String key, boolean first) implements Key {
      public Own(String key) {
        this(key, false);
      }
    }
  }

  /**
   * What a service changes along with the event.
   *
   * @param redact seq of the message whose text is to go from recent; 0: none
   * @param tombstoneJson the whole event that takes its place; empty: none
   * @param version version of the room after this change; 0: the event changes no rights. A version
   *     that is not above the room's changes nothing, but the event is appended.
   * @param changes seq of the message that this event changes, which is refused as gone once the
   *     message was deleted; 0: none
   * @param room fields of the room's hash: kind, slow, frozen
   * @param members user to {@code MemberState.encode()}, or to null to forget the user
   */
  public record Change(
      long redact,
      String tombstoneJson,
      long version,
      long changes,
      Map<String, String> room,
      Map<String, @Nullable String> members) {
    public static final Change NONE = new Change(0, "", 0, 0, Map.of(), Map.of());

    /** Of what may be done in the room, and by whom. */
    public static Change ofRights(
        long version, Map<String, String> room, Map<String, @Nullable String> members) {
      return new Change(0, "", version, 0, room, members);
    }

    /** Of a message that must still be there. */
    public static Change ofMessage(long seq) {
      return new Change(0, "", 0, seq, Map.of(), Map.of());
    }

    /** The end of a message; append it as {@link User#NOBODY} under {@link #deletionKey}. */
    public static Change deletion(long seq, String tombstoneJson) {
      return new Change(seq, tombstoneJson, 0, 0, Map.of(), Map.of());
    }
  }

  /** The key that each deletion of a message has, so that there is one, and nothing behind it. */
  public static String deletionKey(long seq) {
    return "deleted." + seq;
  }

  /** A user's event: rights are checked. */
  public static FunctionCall user(RoomKeys room, String user, Key key, String tailJson) {
    return user(room, user, false, key, tailJson, ANY_EPOCH);
  }

  /**
   * A user's event that is only appended while the shard is open under this epoch: so what is sent
   * behind an event that was refused is refused as well.
   *
   * @param admin whether the user lacks no right anywhere
   */
  public static FunctionCall user(
      RoomKeys room, String user, boolean admin, Key key, String tailJson, long epoch) {
    String mode = key instanceof Key.Own own && own.first() ? "first" : "user";
    String expected = epoch == ANY_EPOCH ? "" : Long.toString(epoch);
    return new FunctionCall(
        NAME,
        keys(room, key),
        withAdmin(
            admin, List.of(mode, room.room(), user, key.key(), window(key), tailJson, expected)));
  }

  /** An event of chat-service, which has checked the rights itself. */
  public static FunctionCall service(
      RoomKeys room, String user, Key key, String tailJson, Change change) {
    List<String> args = new ArrayList<>();
    args.addAll(List.of("service", room.room(), user, key.key(), window(key), tailJson));
    args.addAll(
        List.of(
            Long.toString(change.redact()),
            change.tombstoneJson(),
            Long.toString(change.version()),
            Long.toString(change.changes())));
    args.add(Integer.toString(change.room().size()));
    change.room().forEach((field, value) -> args.addAll(List.of(field, value)));
    change
        .members()
        .forEach((member, state) -> args.addAll(List.of(member, state == null ? "" : state)));
    return new FunctionCall(NAME, keys(room, key), List.copyOf(args));
  }

  public static AppendReply reply(List<?> reply) {
    return AppendReply.parse(NAME, reply);
  }

  /** What a value of {@link RoomKeys#keys0} and keys1 says of its key: see keys.lua. */
  public static AppendReply.Repeat known(String value) {
    long[] is = Stream.of(value.split(" ")).mapToLong(Long::parseLong).toArray();
    return new AppendReply.Repeat(is[1], is[2], is[3], is[4]);
  }

  /** How long a sender waits whom Redis refused for lack of memory. */
  public static AppendReply.Full outOfMemory() {
    return new AppendReply.Full(ErrorCode.FULL.retryAfterMs());
  }

  /** What the functions that ask for rights are told of an admin, behind their other arguments. */
  static List<String> withAdmin(boolean admin, List<String> args) {
    return admin ? Stream.concat(args.stream(), Stream.of("admin")).toList() : args;
  }

  private static List<String> keys(RoomKeys room, Key key) {
    String first = key instanceof Key.Client ? room.keys0() : room.retry0();
    String second = key instanceof Key.Client ? room.keys1() : room.retry1();
    return List.of(
        room.shard().shard(),
        room.shard().log(),
        room.hash(),
        room.members(),
        room.recent(),
        first,
        second,
        room.slow());
  }

  private static String window(Key key) {
    return switch (key) {
      case Key.Client c -> CLIENT_WINDOW;
      case Key.Own o -> OWN_WINDOW;
    };
  }

  private static final String CLIENT_WINDOW = Long.toString(Limits.KEY_WINDOW.toMillis());
  private static final String OWN_WINDOW = Long.toString(Limits.RETRY_WINDOW.toMillis());
}
