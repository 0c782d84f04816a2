/** What is broken, where and when: all of it follows from one seed. */
@NullMarked
package parley.verify.fault;

import org.jspecify.annotations.NullMarked;
