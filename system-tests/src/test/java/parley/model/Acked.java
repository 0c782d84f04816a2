package parley.model;

/** A message that its sender was told is accepted. */
record Acked(String user, String room, String key, String text, long seq) {}
