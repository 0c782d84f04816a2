package parley.chat.redis;

import io.vertx.core.json.JsonObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.protocol.Ephemeral;
import parley.protocol.RedisKeys;

/** Ephemeral events of this service: told to whoever listens now, never stored. */
public final class Notices {
  private static final Logger LOG = LoggerFactory.getLogger(Notices.class);
  private final Functions functions;
  private final RedisKeys keys;

  public Notices(Functions functions, RedisKeys keys) {
    this.functions = functions;
    this.keys = keys;
  }

  /** To all devices of a user. Losing one is no failure of what it tells about. */
  public void user(String user, String event, JsonObject data) {
    publish(keys.userChannel(user), event, data);
  }

  /** To all gateways. */
  public void gateways(String event, JsonObject data) {
    publish(RedisKeys.CONTROL, event, data);
  }

  private void publish(String channel, String event, JsonObject data) {
    try {
      functions.publish(channel, new Ephemeral(event, null, data.encode()).encode());
    } catch (RuntimeException e) {
      LOG.warn("the notice {} could not be published: {}", event, e.toString());
    }
  }
}
