/**
 * The library of Redis functions: one Java class and one {@code .lua} file each. A class builds the
 * call (keys and arguments) and reads the answer; it knows no Redis client.
 */
@NullMarked
package parley.protocol.functions;

import org.jspecify.annotations.NullMarked;
