/** Checking and signing of access tokens. */
@NullMarked
package parley.chassis.token;

import org.jspecify.annotations.NullMarked;
