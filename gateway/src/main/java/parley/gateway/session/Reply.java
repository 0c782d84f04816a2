package parley.gateway.session;

/** Where the answer to one request goes; called once at most, on the session's loop. */
@FunctionalInterface
public interface Reply {
  /** For requests that asked for no answer. */
  Reply NONE = json -> {};

  /** One JSON object: {@code {ok: true, …}} or {@code {ok: false, error}}. */
  void answer(String json);
}
