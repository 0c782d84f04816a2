package parley.chassis.redis;

import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import parley.chassis.config.ServerUrl;
import parley.chassis.redis.RedisAddress.Login;
import parley.chassis.redis.RedisAddress.Sentinels;

/** Reads {@code redis+sentinel://user:password@one:26379,two:26379/mymaster}. */
final class SentinelUrl {

  private static final int DEFAULT_PORT = 26_379;

  private SentinelUrl() {}

  /** The login is that of the servers; sentinels are asked without one. */
  static RedisAddress read(ServerUrl url) {
    URI uri = url.uri();
    String authority = uri.getRawAuthority();
    int at = authority.lastIndexOf('@');
    Login login = Login.of(at < 0 ? null : authority.substring(0, at));
    List<SocketAddress> sentinels = new ArrayList<>();
    for (String part : authority.substring(at + 1).split(",", -1)) {
      sentinels.add(address(url, part));
    }
    String name = uri.getPath() == null ? "" : uri.getPath().replaceFirst("^/", "");
    if (name.isEmpty()) {
      throw new IllegalArgumentException(url + " must end in the name of the master: /mymaster.");
    }
    SocketAddress first = sentinels.getFirst();
    return new RedisAddress(
        first.host(),
        first.port(),
        uri.getScheme().startsWith("rediss"),
        login.user(),
        login.password(),
        0,
        Optional.of(new Sentinels(List.copyOf(sentinels), name)));
  }

  private static SocketAddress address(ServerUrl url, String hostAndPort) {
    int colon = hostAndPort.lastIndexOf(':');
    String host = colon < 0 ? hostAndPort : hostAndPort.substring(0, colon);
    try {
      int port = colon < 0 ? DEFAULT_PORT : Integer.parseInt(hostAndPort.substring(colon + 1));
      return SocketAddress.inetSocketAddress(port, host);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + hostAndPort + "' in " + url + " is no host:port of a sentinel.", e);
    }
  }
}
