package parley.system.page;

import java.net.URI;

/** Two nodes that serve the page, and what can be done to them. */
interface Site extends AutoCloseable {

  /** Where node 0 or 1 serves the page. */
  URI node(int index);

  /** Ends the node at once, as kill -9 does. */
  void kill(int index);

  /** Starts a killed node again, on its old port. */
  void start(int index);

  @Override
  void close();
}
