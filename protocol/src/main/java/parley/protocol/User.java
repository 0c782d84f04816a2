package parley.protocol;

/** A person as events name them. */
public record User(String id, String name) {}
