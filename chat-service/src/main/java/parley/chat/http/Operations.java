package parley.chat.http;

import static parley.chat.http.Operation.answers;
import static parley.chat.http.Operation.does;
import static parley.chat.tokens.Scope.ACCESS;
import static parley.chat.tokens.Scope.MESSAGES;
import static parley.chat.tokens.Scope.MODERATION;
import static parley.chat.tokens.Scope.PEOPLE;
import static parley.chat.tokens.Scope.ROOMS;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import parley.chat.moderation.Messages;
import parley.chat.moderation.Moderation;
import parley.chat.moderation.Pins;
import parley.chat.people.Guests;
import parley.chat.people.Profiles;
import parley.chat.refusals.Refused;
import parley.chat.rooms.DirectRooms;
import parley.chat.rooms.Invitations;
import parley.chat.rooms.Members;
import parley.chat.rooms.RoomLists;
import parley.chat.rooms.Rooms;
import parley.chat.tokens.Revocations;
import parley.chat.tokens.ServerKeys;
import parley.protocol.ErrorCode;
import parley.protocol.Role;

/** The operations of the document and what does them. */
public record Operations(
    Rooms rooms,
    RoomLists lists,
    Members members,
    Invitations invitations,
    DirectRooms directRooms,
    Moderation moderation,
    Pins pins,
    Messages messages,
    Profiles profiles,
    Guests guests,
    Revocations revocations,
    ServerKeys keys) {

  List<Operation> all(JsonObject document) {
    Operation self = answers("document", ROOMS, call -> document);
    return Stream.of(
            Stream.of(self),
            people(),
            access(),
            roomsThemselves(),
            memberships(),
            moderating(),
            changes())
        .flatMap(each -> each)
        .toList();
  }

  private Stream<Operation> people() {
    return Stream.of(
        answers("makeGuest", PEOPLE, call -> guests.make(call.body())),
        answers("readMe", PEOPLE, call -> profiles.me(call.caller())),
        answers("changeMe", PEOPLE, call -> profiles.change(call.caller(), call.body())),
        answers("readUser", PEOPLE, call -> profiles.read(call.user())),
        answers(
            "listMyRooms", PEOPLE, call -> lists.mine(call.caller(), call.limit(), call.after())),
        answers("listMyInvitations", PEOPLE, call -> invitations.of(call.caller())));
  }

  private Stream<Operation> access() {
    return Stream.of(
        answers(
            "revokeUser",
            ACCESS,
            call -> {
              mustBeAdmin(call);
              return revoked(revocations.revokeUser(call.user()));
            }),
        answers("revokeMyToken", ACCESS, this::revokeMine),
        answers(
            "listKeys",
            ACCESS,
            call -> {
              mustBeAdmin(call);
              return keys.list();
            }),
        answers(
            "makeKey",
            ACCESS,
            call -> {
              mustBeAdmin(call);
              return keys.make(call.body());
            }),
        does(
            "revokeKey",
            ACCESS,
            call -> {
              mustBeAdmin(call);
              keys.revoke(call.path("key"));
            }));
  }

  private Stream<Operation> roomsThemselves() {
    return Stream.of(
        answers(
            "findRooms",
            ROOMS,
            call -> lists.directory(call.caller(), call.query("q"), call.limit(), call.after())),
        answers("makeRoom", ROOMS, call -> rooms.make(call.caller(), call.body())),
        answers("openDirectRoom", ROOMS, call -> directRooms.open(call.caller(), call.user())),
        answers("readRoom", ROOMS, call -> rooms.read(call.caller(), call.room())),
        answers(
            "changeRoom", ROOMS, call -> rooms.change(call.caller(), call.room(), call.body())));
  }

  private Stream<Operation> memberships() {
    return Stream.of(
        answers("joinRoom", ROOMS, call -> members.join(call.caller(), call.room())),
        does("leaveRoom", ROOMS, call -> members.leave(call.caller(), call.room())),
        answers(
            "listMembers",
            ROOMS,
            call -> members.list(call.caller(), call.room(), call.limit(), call.after())),
        does(
            "setMember",
            ROOMS,
            call -> {
              Role role = Objects.requireNonNull(Role.of(call.body().getString("role")));
              members.set(call.caller(), call.room(), call.user(), role);
            }),
        does(
            "removeMember", ROOMS, call -> members.remove(call.caller(), call.room(), call.user())),
        does("invite", ROOMS, call -> invitations.invite(call.caller(), call.room(), call.user())),
        does(
            "uninvite",
            ROOMS,
            call -> invitations.withdraw(call.caller(), call.room(), call.user())));
  }

  private Stream<Operation> moderating() {
    return Stream.of(
        answers(
            "ban",
            MODERATION,
            call -> until(moderation.ban(call.caller(), call.room(), call.user(), seconds(call)))),
        does(
            "unban", MODERATION, call -> moderation.unban(call.caller(), call.room(), call.user())),
        answers(
            "mute",
            MODERATION,
            call -> until(moderation.mute(call.caller(), call.room(), call.user(), seconds(call)))),
        does(
            "unmute",
            MODERATION,
            call -> moderation.unmute(call.caller(), call.room(), call.user())),
        does("kick", MODERATION, call -> moderation.kick(call.caller(), call.room(), call.user())),
        does("pin", MODERATION, call -> pins.pin(call.caller(), call.room(), call.seq())),
        does("unpin", MODERATION, call -> pins.unpin(call.caller(), call.room(), call.seq())));
  }

  private Stream<Operation> changes() {
    return Stream.of(
        answers(
            "editMessage",
            MESSAGES,
            call -> messages.edit(call.caller(), call.room(), call.seq(), call.body())),
        answers(
            "deleteMessage",
            MESSAGES,
            call -> messages.delete(call.caller(), call.room(), call.seq())),
        answers("react", MESSAGES, call -> react(call, true)),
        answers("unreact", MESSAGES, call -> react(call, false)));
  }

  private JsonObject react(Call call, boolean on) {
    return messages.react(call.caller(), call.room(), call.seq(), call.path("emoji"), on);
  }

  private JsonObject revokeMine(Call call) {
    String tokenId = call.caller().tokenId();
    if (tokenId == null) {
      throw Refused.of(ErrorCode.CONFLICT, "This token has no id (jti) to revoke it by.");
    }
    return revoked(revocations.revokeToken(tokenId));
  }

  private static void mustBeAdmin(Call call) {
    if (!call.caller().admin()) {
      throw Refused.of(ErrorCode.FORBIDDEN, "Only admins may do this.");
    }
  }

  private static @org.jspecify.annotations.Nullable Long seconds(Call call) {
    return call.body().getLong("seconds");
  }

  private static JsonObject until(long ms) {
    return new JsonObject().put("ok", true).put("until", ms);
  }

  private static JsonObject revoked(long version) {
    return new JsonObject().put("ok", true).put("version", version);
  }
}
