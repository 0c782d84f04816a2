package parley.gateway.session;

import io.vertx.core.json.JsonObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import parley.gateway.bus.Appended;
import parley.gateway.bus.Services;
import parley.protocol.EventHead;
import parley.protocol.EventTail;
import parley.protocol.EventType;

/** Hands accepted messages that may mention someone to chat-service, which knows whom to tell. */
final class Mentions {
  private static final Logger log = LoggerFactory.getLogger(Mentions.class);

  private final Services chat;

  Mentions(Services chat) {
    this.chat = chat;
  }

  /** Nobody waits for it: a mention that is not told is no failure of the message. */
  void tell(EventTail tail, Appended accepted) {
    if (accepted.repeat()
        || !(tail instanceof EventTail.Message message)
        || message.text() == null
        || message.text().indexOf('@') < 0) {
      return;
    }
    EventHead head =
        new EventHead(
            accepted.seq(), accepted.prev(), accepted.pos(), accepted.ts(), EventType.MESSAGE);
    chat.post(
            "/internal/mentions",
            new JsonObject()
                .put("room", tail.room())
                .put("event", new JsonObject(head.with(tail.json()))))
        .onFailure(failure -> log.debug("a mention was not told: {}", failure.toString()));
  }
}
