package parley.verify.cluster;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import parley.backing.Backing;
import parley.backing.RedisServer;

/** A Redis and its replica, and how the one takes the other's place. */
final class RedisPair implements AutoCloseable {
  private RedisServer master = server();
  private RedisServer replica = server();

  RedisPair() {
    replica.replicate(master);
  }

  private static RedisServer server() {
    return Backing.redisServer()
        .appendOnly()
        .config("appendfsync", "everysec")
        .config("maxmemory-policy", "noeviction")
        .start();
  }

  RedisServer master() {
    return master;
  }

  /**
   * The replica becomes master, the old master is killed and comes back as its replica.
   *
   * @param moved is told the new master's port as soon as it is one
   */
  void failOver(IntConsumer moved) {
    RedisServer old = master;
    old.kill();
    replica.promote();
    master = replica;
    replica = old;
    moved.accept(master.port());
    old.start();
    old.replicate(master);
  }

  /**
   * Two masters for a moment, and the wrong one wins: the replica is promoted while the master goes
   * on; then the master takes over the replica's data and is master again, the same process as
   * before. What it was given in {@code apart} is gone.
   */
  void demoteAndPromote(Duration apart) {
    replica.promote();
    LockSupport.parkNanos(apart.toNanos());
    master.replicate(replica);
    master.promote();
    replica.replicate(master);
  }

  @Override
  public void close() {
    master.close();
    replica.close();
  }
}
