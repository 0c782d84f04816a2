package parley.gateway.room;

import io.netty.buffer.ByteBuf;

/** Where a client's events are written: one per {@link Hearing}, called on its event loop only. */
public interface Outlet {
  /** Names the socket in the {@code except} of ephemeral events. */
  String id();

  /** May change between writes, not within one. */
  WireFormat format();

  /**
   * Whether more may be written now. When it is so again after it was not, {@link
   * Hearing#drained()} must be called.
   */
  boolean writable();

  /** One or more whole events in {@link #format()}, not flushed. Takes over the reference. */
  void write(ByteBuf frames);

  /** Called once after the writes of a tick. */
  void flush();

  void gap(Gap gap);

  /** The user hears the room no longer; the event that says so was written before. */
  void ended(String room, Ended why);
}
