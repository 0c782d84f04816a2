/** What an operator works with, on a running system: metrics, dashboards, alerts, the README. */
@NullMarked
package parley.system.operations;

import org.jspecify.annotations.NullMarked;
