/** People: profiles and guests. */
@NullMarked
package parley.chat.people;

import org.jspecify.annotations.NullMarked;
