package parley.gateway.bus;

import parley.protocol.ErrorCode;

/** What functions answer, as refusals of the catalogue. */
final class Refusals {
  private Refusals() {}

  /**
   * @param retryAfterMs as append tells it: 0 not known, -1 never by itself
   */
  static Refused denied(ErrorCode code, long retryAfterMs) {
    return new Refused(code, retryAfterMs > 0 ? retryAfterMs : null, code.meaning());
  }

  static Refused full(long retryAfterMs) {
    return new Refused(ErrorCode.FULL, retryAfterMs, ErrorCode.FULL.meaning());
  }
}
