package parley.protocol;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue of errors: every refusal that a client can be given. The page docs/errors.md is
 * rendered from it.
 */
public enum ErrorCode {
  INVALID(
      400,
      "The request is malformed: a field is missing, of a wrong type, or holds what it must not."),
  TOO_LARGE(413, "A field or the request as a whole is longer than its limit."),
  UNKNOWN_EVENT(400, "This event is not part of the vocabulary and no relay setting names it."),
  RESERVED_EVENT(400, "This name belongs to the vocabulary and cannot be given to a custom event."),
  BINARY_REFUSED(400, "Binary payloads are relayed between Socket.IO clients only."),
  UNAUTHORIZED(401, "There is no token, or it is not valid."),
  TOKEN_EXPIRED(401, "The token has expired; get a new one and authenticate again."),
  TOKEN_REVOKED(401, "The token or its user has been revoked."),
  FORBIDDEN(403, "The role in this room, or the scope of the token, does not allow this."),
  ORIGIN_REFUSED(403, "Pages of this origin may not connect."),
  NOT_FOUND(404, "There is no such room, user, message or path."),
  GONE(410, "It existed once and cannot be had any more: deleted, or past its retention."),
  NOT_JOINED(409, "Join the room first."),
  NOT_MEMBER(403, "Only members may do this here; ask for an invitation."),
  BANNED(403, "Banned from this room; retryAfterMs is absent if for ever."),
  MUTED(403, "Muted in this room; retryAfterMs is absent if for ever."),
  READ_ONLY(403, "Only moderators write in an announcement room."),
  FROZEN(403, "The room is frozen or archived: nobody but moderators writes until it is thawed."),
  SLOW_MODE(429, Duration.ofSeconds(1), "The room is in slow mode; wait as long as told."),
  RATE_LIMITED(
      429, Duration.ofSeconds(1), "Too many requests of this kind from this user or address."),
  TOO_MANY_ROOMS(429, "The session has joined as many rooms as one may; leave one."),
  TOO_MANY_CONNECTIONS(
      429, Duration.ofSeconds(5), "Too many connections from this user or address."),
  FULL(
      503,
      Duration.ofSeconds(2),
      "The log has no space for more until Postgres has caught up; nothing was stored."),
  OVERLOADED(
      503, Duration.ofSeconds(1), "The node has as much to do as it takes on; nothing was done."),
  UNAVAILABLE(
      503,
      Duration.ofSeconds(1),
      "Something that this needs does not answer at present; nothing was done."),
  NOT_STORED_YET(
      504,
      Duration.ofSeconds(1),
      "The message was accepted and has its seq, but was not seen stored in time; repeat it with its key to ask again."),
  CONFLICT(
      409,
      "It was changed by someone else in the meantime, or is in a state that does not allow this."),
  ALREADY_EXISTS(409, "There is one with this id already."),
  INTERNAL(
      500,
      Duration.ofSeconds(1),
      "A fault on our side; it is logged. It may or may not have been done: repeat it with its key.");

  private static final Map<String, ErrorCode> BY_CODE =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(ErrorCode::code, Function.identity()));

  private final String code = name().toLowerCase(Locale.ROOT);
  private final int httpStatus;
  private final @Nullable Duration retryAfter;
  private final String meaning;

  ErrorCode(int httpStatus, String meaning) {
    this.httpStatus = httpStatus;
    this.retryAfter = null;
    this.meaning = meaning;
  }

  ErrorCode(int httpStatus, Duration retryAfter, String meaning) {
    this.httpStatus = httpStatus;
    this.retryAfter = retryAfter;
    this.meaning = meaning;
  }

  /** The code on the wire. */
  public String code() {
    return code;
  }

  /** The HTTP status that carries this error on REST. */
  public int httpStatus() {
    return httpStatus;
  }

  public String meaning() {
    return meaning;
  }

  /** Whether the same request may succeed later without the client changing anything. */
  public boolean retry() {
    return retryAfter != null;
  }

  /** How long to wait before repeating when nothing more precise is known; null: do not repeat. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** The same in milliseconds; 0: do not repeat. */
  public long retryAfterMs() {
    return retryAfter == null ? 0 : retryAfter.toMillis();
  }

  /** The member with this code on the wire, or null. */
  public static @Nullable ErrorCode of(String code) {
    return BY_CODE.get(code);
  }
}
