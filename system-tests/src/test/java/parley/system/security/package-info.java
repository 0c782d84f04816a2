/** A table of attacks on a running system, each a test; docs/threat-model.md names them. */
@NullMarked
package parley.system.security;

import org.jspecify.annotations.NullMarked;
