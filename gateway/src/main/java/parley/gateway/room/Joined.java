package parley.gateway.room;

import java.util.List;
import org.jspecify.annotations.Nullable;
import parley.protocol.Role;
import parley.protocol.RoomKind;

/**
 * The answer to a join.
 *
 * @param head seq of the last event before the join; what comes later is heard
 * @param pos the join's place in the order of everything: events up to it are not heard
 * @param events JSON of the events behind the {@code after} that was asked for, in order; empty if
 *     none was
 * @param more there are more events up to head than {@code events} holds
 * @param gap the events behind {@code after} cannot be had whole; {@code events} holds those behind
 *     the gap, as far as the node has them
 */
public record Joined(
    String room,
    long head,
    long pos,
    RoomKind kind,
    Role role,
    List<byte[]> events,
    boolean more,
    @Nullable Gap gap) {}
