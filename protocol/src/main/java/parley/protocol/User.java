package parley.protocol;

/** A person as events name them. */
public record User(String id, String name) {
  /** Whose the keys of chat-service's own events are; no user has this id. */
  public static final String NOBODY = "*";
}
