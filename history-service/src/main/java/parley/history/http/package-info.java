/** The service's HTTP interface. */
@NullMarked
package parley.history.http;

import org.jspecify.annotations.NullMarked;
