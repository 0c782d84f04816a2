package parley.gateway.bus;

/** Who hears the channels; called on the bus thread. */
public interface BusListener {
  void heard(String channel, byte[] payload);

  /** Everything that was subscribed is so again. */
  void up();

  /** From here on messages may be missed. */
  void down();

  /** The same for one channel. */
  void lost(String channel);

  void regained(String channel);

  /** Redis does not give this channel, and it is no longer asked for. */
  void refused(String channel);
}
