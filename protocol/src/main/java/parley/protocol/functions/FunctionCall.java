package parley.protocol.functions;

import java.util.List;

/**
 * One {@code FCALL name numkeys keys… args…}; strings go out as UTF-8.
 *
 * @param keys all of one hash tag
 */
public record FunctionCall(String name, List<String> keys, List<String> args) {}
