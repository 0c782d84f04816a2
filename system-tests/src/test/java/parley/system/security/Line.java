package parley.system.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One WebSocket, read a text at a time. */
final class Line implements WebSocket.Listener, AutoCloseable {
  /** What {@link #next} says once the other side has ended the connection. */
  static final String CLOSED = "\u0000closed ";

  private static final long WAIT_SECONDS = 20;
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
  private final StringBuilder part = new StringBuilder();
  private final WebSocket socket;

  /** Opens it; a refused upgrade is a {@link Refused}. */
  Line(URI address, Map<String, String> headers) {
    WebSocket.Builder builder = HTTP.newWebSocketBuilder();
    headers.forEach(builder::header);
    URI target = URI.create(address.toString().replaceFirst("^http", "ws"));
    try {
      socket = builder.buildAsync(target, this).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused) {
        throw new Refused(refused.getResponse().statusCode());
      }
      throw e;
    }
  }

  /** The upgrade was answered by a status. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    final int status;

    Refused(int status) {
      super("refused by " + status);
      this.status = status;
    }
  }

  void say(String text) {
    try {
      socket.sendText(text, true).join();
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof IOException)) {
        throw e;
      }
      texts.add(CLOSED + "while it was sent to");
    }
  }

  /** The next text, or {@link #CLOSED} and the reason. */
  String next() {
    try {
      String next = texts.poll(WAIT_SECONDS, TimeUnit.SECONDS);
      if (next == null) {
        throw new UncheckedIOException(new IOException("nothing came in " + WAIT_SECONDS + " s"));
      }
      if (next.startsWith(CLOSED)) {
        texts.add(next); // and it stays so, whatever is still taken to be sent
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    part.append(data);
    if (last) {
      texts.add(part.toString());
      part.setLength(0);
    }
    from.request(1);
    return java.util.concurrent.CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
    texts.add(CLOSED + status + " " + reason);
    return java.util.concurrent.CompletableFuture.completedStage(null);
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    texts.add(CLOSED + error);
  }

  @Override
  public void close() {
    socket.abort();
  }
}
