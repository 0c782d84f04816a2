package parley.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import parley.bench.measure.Pings;
import parley.bench.measure.Tally;

/**
 * All clients of a run on one event loop, so that the load takes one core and nothing is shared.
 */
final class Swarm implements AutoCloseable {
  private static final int READ_BYTES = 64 * 1024;
  private static final int OPENING_MAX = 256;
  private static final int REASONS_MAX = 20;
  private static final long TICK_MICROS = 500;
  private static final long PROBE_NANOS = 5_000_000;

  private final MultiThreadIoEventLoopGroup group;
  private final EventLoop loop;
  private final Bootstrap bootstrap;
  private final Dialect dialect;
  private final List<URI> targets;
  private final int textLength;
  private final Tally tally = new Tally();
  private final List<Client> clients = new ArrayList<>();
  private final List<Room> rooms = new ArrayList<>();
  private final Map<String, Integer> reasons = new TreeMap<>();
  private final List<Runnable> waiting = new ArrayList<>();
  private int opening;
  private int ready;
  private int lost;
  private @Nullable CompletableFuture<Void> allOpened;

  /**
   * Deliveries that the server still owes for what was sent; the closed loop's window is measured
   * in it.
   */
  private long owed;

  private long window;
  private int nextRoom;
  private int nextNumber;
  private double dueRate;
  private long dueFrom;
  private long dueSent;
  private @Nullable Future<?> ticks;

  Swarm(Dialect dialect, List<URI> targets, int textLength) {
    this.dialect = dialect;
    this.targets = List.copyOf(targets);
    this.textLength = textLength;
    boolean epoll = Epoll.isAvailable();
    group =
        new MultiThreadIoEventLoopGroup(
            1, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    loop = group.next();
    bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES));
  }

  Tally tally() {
    return tally;
  }

  int readyCount() {
    return ready;
  }

  int lostCount() {
    return lost;
  }

  Map<String, Integer> reasons() {
    return reasons;
  }

  List<Client> clients() {
    return clients;
  }

  List<Room> rooms() {
    return rooms;
  }

  long owed() {
    return owed;
  }

  /**
   * Opens {@code size} clients in each of {@code count} new rooms; done when all have joined or
   * failed.
   */
  CompletableFuture<Void> open(String prefix, int count, int size) {
    var done = new CompletableFuture<Void>();
    loop.execute(
        () -> {
          allOpened = done;
          for (int r = 0; r < count; r++) {
            rooms.add(new Room(prefix + r));
          }
          // Round robin over the rooms, so that rooms fill evenly and a failed client hits any of
          // them.
          for (int i = 0; i < count * size; i++) {
            Room room = rooms.get(rooms.size() - count + i % count);
            waiting.add(() -> connect(room, null));
          }
          openNext();
        });
    return done;
  }

  /** In each room one client sends, so often. */
  void sendToEach(int messages) {
    run(
        () -> {
          for (int i = 0; i < messages * rooms.size(); i++) {
            sendNext(System.nanoTime());
          }
        });
  }

  /** Drops every connection at once but one in each room; they come back when they are told to. */
  void cut() {
    run(
        () -> {
          for (Room room : rooms) {
            List<Client> gone = room.clients().subList(1, room.size());
            for (Client client : gone) {
              client.leave();
              waiting.add(() -> connect(room, client));
            }
            ready -= gone.size();
            clients.removeAll(Set.copyOf(gone));
            gone.clear();
          }
        });
  }

  /** Those that were cut off; what they have missed is owed to them. */
  CompletableFuture<Void> comeBack(int missed) {
    var done = new CompletableFuture<Void>();
    loop.execute(
        () -> {
          allOpened = done;
          owed += (long) missed * waiting.size();
          openNext();
        });
    return done;
  }

  private void openNext() {
    while (opening < OPENING_MAX && !waiting.isEmpty()) {
      opening++;
      waiting.removeLast().run();
    }
    CompletableFuture<Void> done = allOpened;
    if (opening == 0 && waiting.isEmpty() && done != null) {
      allOpened = null;
      done.complete(null);
    }
  }

  private void connect(Room room, @Nullable Client before) {
    int number = nextNumber++;
    URI target = targets.get(number % targets.size());
    Client client =
        new Client(this, dialect, number, room, target.getHost() + ":" + target.getPort(), before);
    clients.add(client);
    room.clients().add(client);
    bootstrap
        .clone()
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(client);
              }
            })
        .connect(new InetSocketAddress(target.getHost(), target.getPort()))
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                note(String.valueOf(connected.cause()), number);
                lost(client, false);
              }
            });
  }

  void ready(Client client) {
    ready++;
    opening--;
    openNext();
  }

  void lost(Client client, boolean wasReady) {
    lost++;
    client.room().clients().remove(client);
    clients.remove(client);
    if (wasReady) {
      ready--;
      owed -= client.room().sent() - client.last();
      tally.closed++;
    } else {
      tally.failed++;
      opening--;
      openNext();
    }
  }

  void note(String reason, int client) {
    if (reasons.size() < REASONS_MAX || reasons.containsKey(reason)) {
      reasons.merge(reason, 1, Integer::sum);
    }
  }

  void delivered() {
    owed--;
  }

  /** A send was refused: nobody will hear it. */
  void undelivered(Room room) {
    owed -= room.size();
  }

  /** Closed loop: as long as less is under way than the window, the next room sends. */
  void pump() {
    if (window <= 0) {
      return;
    }
    while (owed < window) {
      sendNext(System.nanoTime());
    }
  }

  private void sendNext(long due) {
    for (int tried = 0; tried < rooms.size(); tried++) {
      Room room = rooms.get(nextRoom);
      nextRoom = (nextRoom + 1) % rooms.size();
      if (room.size() > 0) {
        owed += room.size();
        room.send(due, textLength);
        return;
      }
    }
    throw new IllegalStateException("no room has a client left");
  }

  void startClosed(int messages) {
    loop.execute(
        () -> {
          window = (long) messages * Math.max(1, ready / rooms.size());
          owed = 0;
          pump();
        });
  }

  /**
   * Open loop: each message is stamped with the time at which it was due, whenever it really goes
   * out.
   */
  void startOpen(double messagesPerSecond) {
    loop.execute(
        () -> {
          dueRate = messagesPerSecond;
          dueFrom = System.nanoTime();
          dueSent = 0;
          owed = 0;
          ticks =
              loop.scheduleAtFixedRate(
                  this::sendDue, TICK_MICROS, TICK_MICROS, TimeUnit.MICROSECONDS);
        });
  }

  private void sendDue() {
    long due = (long) ((System.nanoTime() - dueFrom) / 1e9 * dueRate);
    while (dueSent < due) {
      dueSent++;
      sendNext(dueFrom + (long) (dueSent / dueRate * 1e9));
    }
  }

  /** From now on counts how far pings are from their time, and how late this loop itself is. */
  void countPings(Duration interval) {
    run(
        () -> {
          Pings pings = tally.countPings(interval);
          var due = new long[] {System.nanoTime()};
          loop.scheduleAtFixedRate(
              () -> {
                due[0] += PROBE_NANOS;
                pings.listenerLate(System.nanoTime() - due[0]);
              },
              PROBE_NANOS,
              PROBE_NANOS,
              TimeUnit.NANOSECONDS);
        });
  }

  /** No more messages; what is under way still comes. */
  void stopSending() {
    run(
        () -> {
          window = 0;
          Future<?> running = ticks;
          if (running != null) {
            running.cancel(false);
          }
        });
  }

  /** Does something on the event loop and waits for it. */
  void run(Runnable action) {
    CompletableFuture.runAsync(action, loop).join();
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5_000);
  }
}
