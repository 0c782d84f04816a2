/**
 * One client's session, whatever the transport: the vocabulary and its validation, rights and
 * limits, acks, typing, presence, the end of a token. {@link parley.gateway.session.Session} is the
 * door.
 */
@NullMarked
package parley.gateway.session;

import org.jspecify.annotations.NullMarked;
