/** Bans, mutes, kicks, pins, and changes to messages. */
@NullMarked
package parley.chat.moderation;

import org.jspecify.annotations.NullMarked;
