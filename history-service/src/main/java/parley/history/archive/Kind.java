package parley.history.archive;

import parley.protocol.EventType;

/** What an event is, as the table event says it; those below {@link #EDITED} make a page. */
public enum Kind {
  UNREADABLE(0),
  MESSAGE(1),
  CUSTOM(2),
  TOMBSTONE(3),
  EDITED(4),
  DELETED(5),
  REACTION(6),
  MEMBER(7),
  ROOM(8);

  private final short number;

  Kind(int number) {
    this.number = (short) number;
  }

  public static Kind of(EventType type) {
    return switch (type) {
      case MESSAGE -> MESSAGE;
      case EDITED -> EDITED;
      case DELETED -> DELETED;
      case REACTION -> REACTION;
      case MEMBER -> MEMBER;
      case ROOM -> ROOM;
      case CUSTOM -> CUSTOM;
    };
  }

  /** As the column kind holds it. */
  short number() {
    return number;
  }
}
