package parley.backing;

import java.nio.file.Path;

/**
 * One server, as a process or as a container: the faults that can be done to it, and its way back.
 * Data and port outlive every one of them.
 */
interface ServerRun {

  /** Starts the server again on the same port and data; it need not be ready yet on return. */
  void start();

  /** Asks the server to end and waits for it. */
  void stop();

  /** Ends the server without a chance to say goodbye, and waits until it is gone. */
  void kill();

  /** Freezes the server: its connections stay open and nothing answers. */
  void pause();

  void resume();

  boolean alive();

  /** The last lines that the server wrote, for messages about a failed start. */
  String lastWords();

  /** The folder on this machine that holds the server's data. */
  Path data();

  /** Removes what {@link #stop} leaves; data only if it was temporary. */
  void remove();
}
