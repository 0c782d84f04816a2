/**
 * What this service measures: one catalogue, from which its meters and the page of metrics are
 * made.
 */
@NullMarked
package parley.history.metrics;

import org.jspecify.annotations.NullMarked;
