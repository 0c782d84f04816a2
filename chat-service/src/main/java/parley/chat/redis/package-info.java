/** Redis as sequential code on virtual threads sees it. */
@NullMarked
package parley.chat.redis;

import org.jspecify.annotations.NullMarked;
