package parley.gateway.room;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;
import parley.protocol.User;

/** One hearing in one room on its loop. Loop thread only. */
final class Member {
  /** Nothing was withheld: it has all that the loop has. */
  static final long NONE = -1;

  final Hearing hearing;
  final Share share;
  final User user;

  /** Where it stands in the share's array. */
  int index;

  /** It has not entered yet: nothing is for it. */
  boolean pending;

  /** A join of it that is under way. */
  @Nullable Future<Joined> joining;

  /** Events up to this seq are not for it. */
  long from;

  /** The place of its join in the order of everything: it has, or needs, nothing up to there. */
  long joinPos;

  /** The last seq before the first event that was withheld from it, or {@link #NONE}. */
  long withheld = NONE;

  Member(Hearing hearing, Share share, User user, boolean pending) {
    this.hearing = hearing;
    this.share = share;
    this.user = user;
    this.pending = pending;
  }

  /** A run of events was not written to it. */
  void withhold(long prevOfFirst, long seqOfLast) {
    if (!pending && withheld == NONE && seqOfLast > from) {
      withheld = Math.max(prevOfFirst, from);
    }
  }

  /** The last seq that it has, or that is not for it. */
  long heard() {
    return withheld != NONE ? withheld : Math.max(from, share.lastSeq);
  }
}
