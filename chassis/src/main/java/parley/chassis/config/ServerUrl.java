package parley.chassis.config;

import java.net.URI;
import java.net.URISyntaxException;

/** The address of a server; it may hold a password, which is left out when it is printed. */
public final class ServerUrl {

  private final URI uri;

  private ServerUrl(URI uri) {
    this.uri = uri;
  }

  public static ServerUrl of(String text) {
    try {
      URI uri = new URI(text);
      if (uri.getScheme() == null || uri.getRawAuthority() == null) {
        throw new IllegalArgumentException("not an address with a scheme and a host");
      }
      return new ServerUrl(uri);
    } catch (URISyntaxException e) {
      // The exception's own words would repeat the password.
      throw new IllegalArgumentException("not an address", null);
    }
  }

  /** With the password, for the client that connects. */
  public String reveal() {
    return uri.toString();
  }

  public URI uri() {
    return uri;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ServerUrl url && url.uri.equals(uri);
  }

  @Override
  public int hashCode() {
    return uri.hashCode();
  }

  @Override
  public String toString() {
    String authority = uri.getRawAuthority();
    String address = authority.substring(authority.lastIndexOf('@') + 1);
    return uri.getScheme() + "://" + address + uri.getRawPath();
  }
}
