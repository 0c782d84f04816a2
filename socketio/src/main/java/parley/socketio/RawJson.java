package parley.socketio;

/** An argument that is JSON already: UTF-8 bytes that are written as they are. */
@SuppressWarnings("ArrayRecordComponent") // a carrier on its way to a buffer; never compared
public record RawJson(byte[] bytes) {}
