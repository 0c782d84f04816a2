package parley.protocol;

/**
 * Keys of one room; made once per room and kept, since every send needs them.
 *
 * @param hash hash: epoch (the shard's epoch under which the room was verified), head (seq of the
 *     last event, 0 is none), pos (of the last event), version, kind, slow (ms), frozen (0 or 1),
 *     idle (1 if the hash is to expire). Also the name of the sharded channel of the room.
 * @param members hash: user to {@link MemberState}; in open and announcement rooms the exceptions
 *     only
 * @param recent hash: seq mod 256 to the event's JSON; whoever reads a slot checks whose seq it
 *     holds
 * @param keys0 hash of the even windows of keys: {@code w} is its window's number, {@code
 *     <user>:<key>} holds {@code seq prev pos ts}
 * @param keys1 the same, odd windows
 * @param retry0 as keys0, short windows, for keys that gateways make
 * @param retry1 the same, odd windows
 * @param slow sorted set of the last sends (ms) of users, in slow mode only
 * @param here hash: node to a JSON array of its users here
 */
public record RoomKeys(
    String room,
    ShardKeys shard,
    String hash,
    String members,
    String recent,
    String keys0,
    String keys1,
    String retry0,
    String retry1,
    String slow,
    String here) {
  RoomKeys(String room, ShardKeys shard) {
    this(
        room,
        shard,
        shard.tag() + "room:" + room,
        shard.tag() + "members:" + room,
        shard.tag() + "recent:" + room,
        shard.tag() + "keys:" + room + ":0",
        shard.tag() + "keys:" + room + ":1",
        shard.tag() + "retry:" + room + ":0",
        shard.tag() + "retry:" + room + ":1",
        shard.tag() + "slow:" + room,
        shard.tag() + "here:" + room);
  }

  /** The sharded channel on which the room's events are published. */
  public String channel() {
    return hash;
  }
}
