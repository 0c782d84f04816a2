/** How a request is refused: one exception that carries a code of the catalogue. */
@NullMarked
package parley.chat.refusals;

import org.jspecify.annotations.NullMarked;
