/** Who is calling: tokens, server keys, revocations. */
@NullMarked
package parley.chat.tokens;

import org.jspecify.annotations.NullMarked;
