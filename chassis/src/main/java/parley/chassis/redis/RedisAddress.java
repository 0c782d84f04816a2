package parley.chassis.redis;

import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import parley.chassis.config.ServerUrl;

/**
 * Where Redis is and how to greet it: {@code rediss://user:password@host:6379/0}, or {@code
 * redis+sentinel://user:password@one:26379,two:26379/mymaster} where sentinels know the master.
 */
public record RedisAddress(
    String host,
    int port,
    boolean tls,
    @Nullable String user,
    @Nullable String password,
    int database,
    Optional<Sentinels> sentinels) {

  private static final int DEFAULT_PORT = 6379;

  /** Those who know which server is the master at present. */
  public record Sentinels(List<SocketAddress> addresses, String masterName) {}

  public static RedisAddress of(ServerUrl url) {
    return switch (url.uri().getScheme()) {
      case "redis", "rediss" -> direct(url);
      case "redis+sentinel", "rediss+sentinel" -> SentinelUrl.read(url);
      default ->
          throw new IllegalArgumentException(
              url
                  + " is no address of a Redis; write redis://host:port, rediss://host:port or"
                  + " redis+sentinel://host:port,host:port/master-name.");
    };
  }

  public static RedisAddress of(String url) {
    return of(ServerUrl.of(url));
  }

  private static RedisAddress direct(ServerUrl url) {
    URI uri = url.uri();
    if (uri.getHost() == null) {
      throw new IllegalArgumentException(url + " names no host; write redis://host:port.");
    }
    Login login = Login.of(uri.getRawUserInfo());
    return new RedisAddress(
        uri.getHost(),
        uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
        uri.getScheme().equals("rediss"),
        login.user,
        login.password,
        database(url, uri.getPath()),
        Optional.empty());
  }

  /** The same login at another server, as a cluster's MOVED or a sentinel names it. */
  public RedisAddress at(String otherHost, int otherPort) {
    return new RedisAddress(otherHost, otherPort, tls, user, password, database, Optional.empty());
  }

  /** The first command of a connection: RESP3, so that pushes and replies cannot be mistaken. */
  Request hello() {
    Request hello = Request.cmd(Command.HELLO).arg("3");
    if (password != null) {
      hello.arg("AUTH").arg(user == null ? "default" : user).arg(password);
    }
    return hello;
  }

  SocketAddress socketAddress() {
    return SocketAddress.inetSocketAddress(port, host);
  }

  private static int database(ServerUrl url, String path) {
    if (path == null || path.length() < 2) {
      return 0;
    }
    try {
      return Integer.parseInt(path.substring(1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(url + " must end in the number of a database, or not.", e);
    }
  }

  @Override
  public String toString() {
    return sentinels.map(known -> "master " + known.masterName()).orElse(host + ":" + port);
  }

  /** The part before the {@code @} of an address. */
  record Login(@Nullable String user, @Nullable String password) {

    static Login of(@Nullable String userInfo) {
      if (userInfo == null || userInfo.isEmpty()) {
        return new Login(null, null);
      }
      int colon = userInfo.indexOf(':');
      String user = colon > 0 ? decode(userInfo.substring(0, colon)) : null;
      return new Login(user, decode(userInfo.substring(colon + 1)));
    }

    private static String decode(String text) {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
  }
}
