package parley.websocket;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Puts a {@link LeanConnection} in the place of Vert.x' own connection, which takes ten times the
 * memory: its queue of writes and the request that it captured go with it. Of the WebSocket codec
 * the decoder stays Netty's; nothing needs encoding.
 */
final class Takeover implements FramedConnections {
  private static final String HANDLER = "connection";
  private static final String DECODER = "wsdecoder";

  /** One per message size that the program names, shared by the connections. */
  private final Map<Integer, WebSocketDecoderConfig> rules = new ConcurrentHashMap<>();

  @Override
  public FramedConnection adopt(
      ServerWebSocket socket, int messageBytesMax, FramedListener listener) {
    ChannelHandlerContext vertx = ((WebSocketInternal) socket).channelHandlerContext();
    ContextInternal context = Objects.requireNonNull(ContextInternal.current()).unwrap();
    ChannelPipeline pipeline = vertx.pipeline();
    var connection = new LeanConnection(pipeline.channel(), context, messageBytesMax, listener);
    pipeline.replace(
        nameOf(pipeline, WebSocketFrameDecoder.class),
        DECODER,
        new WebSocket13FrameDecoder(rules.computeIfAbsent(messageBytesMax, Takeover::rules)));
    pipeline.remove(nameOf(pipeline, WebSocketFrameEncoder.class));
    pipeline.replace(vertx.name(), HANDLER, connection);
    if (pipeline.get(IdleStateHandler.class) != null) {
      pipeline.remove(IdleStateHandler.class); // a WebSocket's life is told by its pings
    }
    return connection;
  }

  private static String nameOf(ChannelPipeline pipeline, Class<?> codec) {
    return Objects.requireNonNull(pipeline.context(codec.asSubclass(ChannelHandler.class))).name();
  }

  private static WebSocketDecoderConfig rules(int messageBytesMax) {
    return WebSocketDecoderConfig.newBuilder()
        .expectMaskedFrames(true)
        .allowMaskMismatch(false)
        .allowExtensions(false)
        .maxFramePayloadLength(messageBytesMax)
        .closeOnProtocolViolation(false)
        .build();
  }
}
