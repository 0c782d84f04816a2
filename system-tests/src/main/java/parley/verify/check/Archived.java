package parley.verify.check;

/** An event as Postgres holds it. */
public record Archived(
    String room,
    long seq,
    long prev,
    long pos,
    String type,
    String user,
    String key,
    String text) {}
