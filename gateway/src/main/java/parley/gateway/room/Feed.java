package parley.gateway.room;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One subscribed channel and the loops that its events go to. Bus thread only. */
sealed class Feed permits Room {
  final String channel;
  final Rooms rooms;
  private final @Nullable Share[] shares;
  private int attached;

  /** Those that wait for the subscription. */
  private List<Share> waiting = new ArrayList<>();

  /**
   * Redis has confirmed the subscription at some time since it was asked for; it is restored by
   * itself.
   */
  boolean confirmed;

  /** Since when nobody hears it; 0 while somebody does. */
  long idleSinceNanos;

  Feed(Rooms rooms, String channel) {
    this.rooms = rooms;
    this.channel = channel;
    this.shares = new Share[rooms.loops().size()];
  }

  final void attach(Share share) {
    if (shares[share.loop.index()] == null) {
      attached++;
    }
    shares[share.loop.index()] = share;
    share.feed = this;
    idleSinceNanos = 0;
    if (confirmed) {
      welcome(share);
    } else {
      waiting.add(share);
    }
  }

  final void detach(Share share, long nowNanos) {
    if (shares[share.loop.index()] == share) {
      shares[share.loop.index()] = null;
      attached--;
      waiting.remove(share);
      if (attached == 0) {
        idleSinceNanos = nowNanos;
      }
    }
  }

  final boolean isIdle() {
    return attached == 0;
  }

  final void confirm() {
    confirmed = true;
    List<Share> welcome = waiting;
    waiting = new ArrayList<>();
    welcome.forEach(this::welcome);
  }

  void welcome(Share share) {
    rooms.signal(share.loop, () -> share.attached.tryComplete());
  }

  void heard(byte[] payload, long nowNanos) {
    whisper(payload);
  }

  final void whisper(byte[] payload) {
    Whisper whisper = rooms.whisper(this, payload);
    if (whisper != null) {
      for (Share share : shares) {
        if (share != null) {
          rooms.put(share.loop, new Item.Whispered(share, whisper));
        }
      }
    }
  }

  final void tell(Event event) {
    for (Share share : shares) {
      if (share != null) {
        rooms.put(share.loop, new Item.Told(share, event));
      }
    }
  }

  /** Lets each share's loop do something at this place in the order. */
  final void signal(Consumer<Share> action) {
    for (Share share : shares) {
      if (share != null) {
        rooms.signal(share.loop, () -> action.accept(share));
      }
    }
  }
}
