/** Rooms, people and moderation. */
@NullMarked
package parley.chat;

import org.jspecify.annotations.NullMarked;
