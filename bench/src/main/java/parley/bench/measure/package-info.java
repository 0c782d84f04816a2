/** What was seen: latencies, counts, and what the server's process cost. */
@NullMarked
package parley.bench.measure;

import org.jspecify.annotations.NullMarked;
