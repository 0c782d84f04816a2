/** Opening and healing of shards, and loading of rooms into Redis. */
@NullMarked
package parley.chat.shards;

import org.jspecify.annotations.NullMarked;
