package parley.chassis.redis;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import parley.chassis.redis.RedisUnavailable.Kind;

/**
 * The connection to one Redis master that carries nothing but sharded subscriptions. It comes back
 * by itself and subscribes to everything again, a bounded number of channels at a time. A
 * subscription counts once Redis has confirmed it. Usable from any thread; everything else happens
 * on the event loop that owns it.
 */
public final class RedisSubscriptions {

  /** Channels in one SSUBSCRIBE. */
  static final int CHUNK_CHANNELS_MAX = 200;

  /** SSUBSCRIBEs that wait for their confirmations. */
  static final int CHUNKS_IN_FLIGHT_MAX = 4;

  /** Who hears; called on the owning event loop. */
  public interface Listener {

    void onMessage(String channel, Buffer payload);

    /** Every channel that was wanted when the connection came up is confirmed. */
    void onUp();

    /** From here on messages may be missed. */
    void onDown();

    /**
     * Redis ended this subscription unasked, as it does when a slot moves; messages may be missed
     * until {@link #onRegained}. It is asked for again at once.
     */
    void onLost(String channel);

    void onRegained(String channel);

    /** The channel cannot be had here, and is no longer asked for. */
    void onRefused(String channel, RedisRefusal refusal);
  }

  private final ContextInternal context;
  private final int channelsMax;
  private final Listener listener;
  private final Map<String, Channel> channels = new HashMap<>();
  private final Set<Channel> toAsk = new LinkedHashSet<>();
  private final Dialer dialer;
  private @Nullable Conversation conversation;
  private boolean inCluster;
  private boolean pumpScheduled;
  private int chunksInFlight;
  private int toRestore;
  private volatile boolean isUp;

  /** One wanted channel; its promise is done at the first confirmation. */
  private final class Channel {
    final String name;
    final Promise<Void> first = context.promise();
    boolean restoring;
    boolean lost;

    Channel(String name) {
      this.name = name;
    }
  }

  private RedisSubscriptions(
      ContextInternal context, RedisOptions options, int channelsMax, Listener listener) {
    this.context = context;
    this.channelsMax = channelsMax;
    this.listener = listener;
    this.dialer = new Dialer(context, options, new Connection());
  }

  /** On the event loop of {@code context}; above {@code channelsMax} subscribing fails as BUSY. */
  public static RedisSubscriptions open(
      Context context, RedisOptions options, int channelsMax, Listener listener) {
    if (!context.isEventLoopContext()) {
      throw new IllegalArgumentException("subscriptions are owned by an event loop");
    }
    return new RedisSubscriptions((ContextInternal) context, options, channelsMax, listener);
  }

  /** Whether everything that is wanted was confirmed on the present connection. */
  public boolean isUp() {
    return isUp;
  }

  /**
   * Done once Redis has confirmed. Where it fails, which it does at once without a connection, the
   * channel is not wanted any more. A channel that is subscribed already is not asked for again.
   */
  public Future<Void> subscribe(String name) {
    return onLoop(
        () -> {
          Channel known = channels.get(name);
          if (known != null) {
            return known.first.future();
          }
          if (conversation == null) {
            return Future.failedFuture(
                new RedisUnavailable(Kind.DOWN, "Redis is not connected for subscriptions"));
          }
          if (channels.size() >= channelsMax) {
            return Future.failedFuture(
                new RedisUnavailable(Kind.BUSY, channelsMax + " channels are subscribed"));
          }
          Channel channel = new Channel(name);
          channels.put(name, channel);
          ask(channel);
          return channel.first.future();
        });
  }

  /** Done once Redis has confirmed; at once where there is nothing to end. */
  public Future<Void> unsubscribe(String name) {
    return onLoop(
        () -> {
          Channel channel = channels.remove(name);
          if (channel == null) {
            return Future.succeededFuture();
          }
          settle(channel);
          channel.first.tryFail(new RedisUnavailable(Kind.CLOSED, "unsubscribed meanwhile"));
          if (toAsk.remove(channel) || conversation == null) {
            return Future.succeededFuture();
          }
          // Where the connection breaks the subscription is gone with it.
          return conversation
              .confirmed(Command.SUNSUBSCRIBE, "sunsubscribe", List.of(name), ignored -> {})
              .otherwiseEmpty();
        });
  }

  public Future<Void> close() {
    return onLoop(
        () -> {
          isUp = false;
          return dialer.close();
        });
  }

  private void ask(Channel channel) {
    toAsk.add(channel);
    if (!pumpScheduled) {
      pumpScheduled = true;
      // At the end of the tick, so that what is asked for in it goes as one command.
      context.runOnContext(
          ignored -> {
            pumpScheduled = false;
            pump();
          });
    }
  }

  private void pump() {
    while (conversation != null && chunksInFlight < CHUNKS_IN_FLIGHT_MAX && !toAsk.isEmpty()) {
      Conversation asked = conversation;
      Map<String, Channel> chunk = new HashMap<>();
      Chunks.next(toAsk, channel -> channel.name, inCluster)
          .forEach(channel -> chunk.put(channel.name, channel));
      chunksInFlight++;
      asked
          .confirmed(
              Command.SSUBSCRIBE,
              "ssubscribe",
              List.copyOf(chunk.keySet()),
              name -> confirmed(chunk.get(name)))
          .onComplete(
              outcome -> {
                if (asked != conversation) {
                  return;
                }
                chunksInFlight--;
                if (outcome.cause() instanceof RedisRefusal refusal) {
                  chunk.values().forEach(channel -> refused(channel, refusal));
                }
                pump();
              });
    }
  }

  /** Nothing for a channel that was given up meanwhile, even where its name is wanted anew. */
  private void confirmed(@Nullable Channel channel) {
    if (channel == null || channels.get(channel.name) != channel) {
      return;
    }
    channel.first.tryComplete();
    if (channel.lost) {
      channel.lost = false;
      listener.onRegained(channel.name);
    }
    settle(channel);
  }

  private void refused(Channel channel, RedisRefusal refusal) {
    if (!channels.remove(channel.name, channel)) {
      return;
    }
    if (!channel.first.tryFail(refusal)) {
      listener.onRefused(channel.name, refusal);
    }
    settle(channel);
  }

  /** The channel is restored after a reconnect, or need not be any more. */
  private void settle(Channel channel) {
    if (channel.restoring) {
      channel.restoring = false;
      toRestore--;
      upIfRestored();
    }
  }

  private void upIfRestored() {
    if (toRestore == 0 && !isUp && conversation != null) {
      isUp = true;
      listener.onUp();
    }
  }

  private void ended(String name) {
    Channel channel = channels.get(name);
    if (channel != null && channel.first.future().isComplete() && !toAsk.contains(channel)) {
      channel.lost = true;
      listener.onLost(name);
      ask(channel);
    }
  }

  private <T> Future<T> onLoop(Supplier<Future<T>> step) {
    if (context.inThread()) {
      return step.get();
    }
    Promise<T> promise = context.promise();
    context.runOnContext(ignored -> step.get().onComplete(promise));
    return promise.future();
  }

  private final class Connection implements Dialer.User {

    @Override
    public void up(Conversation fresh, Response hello) {
      conversation = fresh;
      inCluster = "cluster".equals(String.valueOf(hello.get("mode")));
      chunksInFlight = 0;
      toRestore = channels.size();
      for (Channel channel : channels.values()) {
        channel.restoring = true;
        ask(channel);
      }
      upIfRestored();
    }

    /** What was never confirmed is not wanted any more: its asker is told, and decides. */
    @Override
    public void down(String why) {
      conversation = null;
      isUp = false;
      toRestore = 0;
      toAsk.clear();
      RedisUnavailable lost = new RedisUnavailable(Kind.LOST, "Redis is not connected: " + why);
      for (Channel channel : new ArrayList<>(channels.values())) {
        channel.restoring = false;
        channel.lost = false;
        if (!channel.first.future().isComplete()) {
          channels.remove(channel.name);
          channel.first.tryFail(lost);
        }
      }
      listener.onDown();
    }

    @Override
    public void push(Response push) {
      Conversation current = conversation;
      if (current == null || push.size() < 3) {
        return;
      }
      String channel = push.get(1).toString(StandardCharsets.UTF_8);
      switch (push.get(0).toString()) {
        case "smessage" -> {
          if (channels.containsKey(channel)) {
            listener.onMessage(channel, push.get(2).toBuffer());
          }
        }
        case "ssubscribe" -> current.confirm("ssubscribe", channel);
        case "sunsubscribe" -> {
          if (!current.confirm("sunsubscribe", channel)) {
            ended(channel);
          }
        }
        default -> {
          // Invalidations and the like, which nobody here asks for.
        }
      }
    }

    @Override
    public void tick(Conversation current, long now) {}
  }
}
