package parley.chat.rooms;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import parley.chat.postgres.Database;
import parley.chat.redis.Notices;
import parley.chat.refusals.Refused;
import parley.chat.tokens.Caller;
import parley.protocol.ErrorCode;
import parley.protocol.Role;

/** Invitations of users; no event of the room, but a notice to the invited. */
public final class Invitations {
  private static final int SHOWN_MAX = 200;
  private static final int OF_ROOM_MAX = 1_000;

  private final Database database;
  private final RoomChanges changes;
  private final Notices notices;

  public Invitations(Database database, RoomChanges changes, Notices notices) {
    this.database = database;
    this.changes = changes;
    this.notices = notices;
  }

  public void invite(Caller caller, String id, String user) {
    boolean isNew =
        changes.change(
            caller,
            id,
            change -> {
              change.rights().mustModerate();
              change.rights().mustNotBeDirect();
              if (change.standing(user).isBanned(System.currentTimeMillis())) {
                throw Refused.of(ErrorCode.CONFLICT, "They are banned here; end the ban first.");
              }
              if (change.standing(user).role() != Role.NONE) {
                return false;
              }
              mustHaveSpace(change);
              return change
                      .statements()
                      .change(
                          """
                          insert into chat.invitations (room, user_id, invited_by) values ($1, $2, $3)
                          on conflict do nothing
                          """,
                          id,
                          user,
                          caller.id())
                  == 1;
            });
    if (isNew) {
      notices.user(
          user,
          "invited",
          new JsonObject()
              .put("room", id)
              .put(
                  "by", new JsonObject().put("id", caller.id()).put("name", caller.user().name())));
    }
  }

  public void withdraw(Caller caller, String id, String user) {
    changes.change(
        caller,
        id,
        change -> {
          change.rights().mustModerate();
          change.rights().mustNotBeDirect();
          if (!take(change, user)) {
            throw Refused.of(ErrorCode.NOT_FOUND, "They are not invited.");
          }
          return null;
        });
  }

  public JsonObject of(Caller caller) {
    JsonArray invitations = new JsonArray();
    database
        .statements()
        .list(
            """
            select i.*, r.name from chat.invitations i join chat.rooms r on r.id = i.room
            where i.user_id = $1 order by i.created_at desc limit $2
            """,
            row ->
                new JsonObject()
                    .put("room", row.getString("room"))
                    .put("name", row.getString("name"))
                    .put("by", row.getString("invited_by"))
                    .put("created", row.getOffsetDateTime("created_at").toInstant().toEpochMilli()),
            caller.id(),
            SHOWN_MAX)
        .forEach(invitations::add);
    return new JsonObject().put("invitations", invitations);
  }

  /** Uses an invitation up, if there is one. */
  static boolean take(RoomChange change, String user) {
    return change
            .statements()
            .change(
                "delete from chat.invitations where room = $1 and user_id = $2",
                change.room().id(),
                user)
        == 1;
  }

  private static void mustHaveSpace(RoomChange change) {
    Long count =
        change
            .statements()
            .first(
                "select count(*) from chat.invitations where room = $1",
                row -> row.getLong(0),
                change.room().id());
    if (count != null && count >= OF_ROOM_MAX) {
      throw Refused.of(ErrorCode.CONFLICT, "A room has at most 1,000 open invitations.");
    }
  }
}
