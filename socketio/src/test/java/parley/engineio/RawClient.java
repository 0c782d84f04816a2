package parley.engineio;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/** Speaks Engine.IO by hand, to say also what no client would. */
public final class RawClient implements AutoCloseable {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String base;

  /**
   * @param path with its slashes, like {@code /engine.io/}
   */
  public RawClient(int port, String path) {
    base = "127.0.0.1:" + port + path + "?EIO=4&transport=";
  }

  public HttpRequest.Builder request(String query) {
    return HttpRequest.newBuilder(URI.create("http://" + base + "polling" + query))
        .timeout(Duration.ofSeconds(20));
  }

  public HttpResponse<String> send(HttpRequest.Builder request) {
    return sendLater(request).join();
  }

  public CompletableFuture<HttpResponse<String>> sendLater(HttpRequest.Builder request) {
    return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Opens a polling session and returns its id. */
  public String open() {
    return sid(send(request("")).body());
  }

  public static String sid(String openPacket) {
    return openPacket.replaceFirst(".*\"sid\":\"([^\"]+)\".*", "$1");
  }

  public HttpResponse<String> poll(String sid) {
    return pollLater(sid).join();
  }

  public CompletableFuture<HttpResponse<String>> pollLater(String sid) {
    return sendLater(request("&sid=" + sid));
  }

  public HttpResponse<String> post(String sid, String body) {
    return send(request("&sid=" + sid).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /** A WebSocket; with a polling session's id, beside it. */
  public Socket webSocket(String query) {
    var socket = new Socket();
    socket.webSocket =
        http.newWebSocketBuilder()
            .buildAsync(URI.create("ws://" + base + "websocket" + query), socket)
            .orTimeout(20, SECONDS)
            .join();
    return socket;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  /** What came in on a WebSocket: strings, {@link ByteBuffer}s, and a {@link Closed} at the end. */
  public static final class Socket implements WebSocket.Listener {
    private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private WebSocket webSocket;

    /** The close code. */
    public record Closed(int code) {}

    public void send(String message) {
      webSocket.sendText(message, true).join();
    }

    public void send(byte[] message) {
      webSocket.sendBinary(ByteBuffer.wrap(message), true).join();
    }

    public Object next() {
      try {
        Object next = received.poll(20, SECONDS);
        if (next == null) {
          throw new AssertionError("nothing came");
        }
        return next;
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    /** The next text that is no ping. */
    public String text() {
      Object next = next();
      return next.equals("2") ? text() : (String) next;
    }

    /** The close code, whatever comes before it. */
    public int closed() {
      Object next = next();
      return next instanceof Closed closed ? closed.code : closed();
    }

    public void close() {
      webSocket.sendClose(1000, "").join();
    }

    public void abort() {
      webSocket.abort();
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        received.add(text.toString());
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      received.add(data);
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      received.add(new Closed(code));
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      received.add(new Closed(1006));
    }
  }
}
