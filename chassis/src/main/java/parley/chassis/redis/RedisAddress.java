package parley.chassis.redis;

import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import parley.chassis.config.ServerUrl;

/** Where one Redis is and how to greet it: {@code rediss://user:password@host:6379/0}. */
public record RedisAddress(
    String host,
    int port,
    boolean tls,
    @Nullable String user,
    @Nullable String password,
    int database) {

  private static final int DEFAULT_PORT = 6379;

  public static RedisAddress of(ServerUrl url) {
    URI uri = url.uri();
    String scheme = uri.getScheme();
    if (!scheme.equals("redis") && !scheme.equals("rediss")) {
      throw new IllegalArgumentException(
          url + " is no address of a Redis; write redis://host:port or rediss://host:port.");
    }
    String[] login = login(uri.getRawUserInfo());
    return new RedisAddress(
        uri.getHost(),
        uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
        scheme.equals("rediss"),
        login[0],
        login[1],
        database(url, uri.getPath()));
  }

  public static RedisAddress of(String url) {
    return of(ServerUrl.of(url));
  }

  /** The same login at another server, as a cluster's MOVED or a sentinel names it. */
  public RedisAddress at(String otherHost, int otherPort) {
    return new RedisAddress(otherHost, otherPort, tls, user, password, database);
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

  private static @Nullable String[] login(@Nullable String userInfo) {
    if (userInfo == null || userInfo.isEmpty()) {
      return new @Nullable String[] {null, null};
    }
    int colon = userInfo.indexOf(':');
    String user = colon > 0 ? decode(userInfo.substring(0, colon)) : null;
    return new @Nullable String[] {user, decode(userInfo.substring(colon + 1))};
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
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
    return host + ":" + port;
  }
}
