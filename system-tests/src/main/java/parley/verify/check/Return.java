package parley.verify.check;

/**
 * A client that lost its connection and came back, by its own account.
 *
 * @param hadSession whether the server had given it something to come back with
 * @param recovered whether it was told that it goes on where it was (with Socket.IO {@code
 *     socket.recovered})
 * @param thrownOut whether the server ended the session for good, so that an ordinary client would
 *     not have come back by itself
 */
public record Return(
    long leftNanos, long backNanos, boolean hadSession, boolean recovered, boolean thrownOut) {}
