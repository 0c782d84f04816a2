package parley.websocket;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client sends and what must come of it.
 *
 * @param writes each is written to the socket by itself
 * @param answers the frames that come back before the outcome
 */
record Rfc6455Case(String name, List<byte[]> writes, List<Answer> answers, Outcome outcome) {
  record Answer(int opcode, byte[] payload) {}

  sealed interface Outcome {
    /** The connection serves on. */
    record GoesOn() implements Outcome {}

    /** The server fails the connection with that code. */
    record Fails(int code) implements Outcome {}

    /** The closing handshake of the client is answered with that code. */
    record Closes(int code) implements Outcome {}
  }

  static Builder named(String name) {
    return new Builder(name);
  }

  @Override
  public String toString() {
    return name;
  }

  static final class Builder {
    private final String name;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final List<Answer> answers = new ArrayList<>();
    private int writeBytes = Integer.MAX_VALUE;

    private Builder(String name) {
      this.name = name;
    }

    Builder sends(byte[]... frames) {
      for (byte[] frame : frames) {
        sent.writeBytes(frame);
      }
      return this;
    }

    /** Cuts what is sent into writes of that size. */
    Builder inWritesOf(int bytes) {
      writeBytes = bytes;
      return this;
    }

    Builder hears(int opcode, byte[] payload) {
      answers.add(new Answer(opcode, payload));
      return this;
    }

    Rfc6455Case goesOn() {
      return ends(new Outcome.GoesOn());
    }

    Rfc6455Case fails(int code) {
      return ends(new Outcome.Fails(code));
    }

    Rfc6455Case closes(int code) {
      return ends(new Outcome.Closes(code));
    }

    private Rfc6455Case ends(Outcome outcome) {
      byte[] all = sent.toByteArray();
      List<byte[]> writes = new ArrayList<>();
      for (int at = 0; at < all.length; ) {
        int bytes = Math.min(writeBytes, all.length - at);
        writes.add(java.util.Arrays.copyOfRange(all, at, at + bytes));
        at += bytes;
      }
      return new Rfc6455Case(name, writes, answers, outcome);
    }
  }
}
