package parley.history.archive;

/** How far a user has read a room. */
public record ReadMark(String room, String user, long seq) {}
