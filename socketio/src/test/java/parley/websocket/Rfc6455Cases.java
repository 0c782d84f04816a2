package parley.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static parley.websocket.RawWebSocket.BINARY;
import static parley.websocket.RawWebSocket.CLOSE;
import static parley.websocket.RawWebSocket.CONTINUATION;
import static parley.websocket.RawWebSocket.PING;
import static parley.websocket.RawWebSocket.PONG;
import static parley.websocket.RawWebSocket.TEXT;
import static parley.websocket.RawWebSocket.frame;
import static parley.websocket.RawWebSocket.unmasked;
import static parley.websocket.Rfc6455Case.named;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** The tables of RFC 6455 as a server must keep it, for one that echoes messages. */
final class Rfc6455Cases {
  static final int MESSAGE_BYTES_MAX = 70_000;

  private static final int FIN = 0x80;
  private static final int PROTOCOL = 1002;
  private static final int NOT_UTF8 = 1007;
  private static final int TOO_BIG = 1009;
  private static final int[] DATA = {TEXT, BINARY};
  private static final byte[] NOTHING = {};
  private static final byte[] ABC = {'a', 'b', 'c'};

  private final List<Rfc6455Case> all = new ArrayList<>();

  private Rfc6455Cases() {}

  static List<Rfc6455Case> all() {
    var cases = new Rfc6455Cases();
    cases.framing();
    cases.lengths();
    cases.masks();
    cases.reserved();
    cases.pings();
    cases.fragments();
    cases.validText();
    cases.invalidText();
    cases.closing();
    cases.limits();
    return cases.all;
  }

  private void framing() {
    for (int opcode : DATA) {
      for (int size : new int[] {0, 1, 2, 124, 125, 126, 127, 128, 255, 256, 1000, 4096, 32767}) {
        echo(opcode, size, Integer.MAX_VALUE);
      }
      for (int size : new int[] {65_534, 65_535, 65_536, 65_537, MESSAGE_BYTES_MAX}) {
        echo(opcode, size, Integer.MAX_VALUE);
        echo(opcode, size, 997);
      }
      for (int size : new int[] {0, 1, 125, 126, 130}) {
        echo(opcode, size, 1);
        echo(opcode, size, 3);
      }
    }
    for (int count : new int[] {2, 10, 100}) {
      var many = named(count + " messages in one write");
      for (int i = 0; i < count; i++) {
        byte[] text = ("message " + i).getBytes(UTF_8);
        many.sends(frame(FIN | TEXT, text)).hears(TEXT, text);
      }
      all.add(many.goesOn());
    }
  }

  private void echo(int opcode, int size, int writeBytes) {
    byte[] payload = payload(size);
    String how = writeBytes == Integer.MAX_VALUE ? "" : " in writes of " + writeBytes;
    all.add(
        named(kind(opcode) + " of " + size + " bytes" + how)
            .sends(frame(FIN | opcode, payload))
            .inWritesOf(writeBytes)
            .hears(opcode, payload)
            .goesOn());
  }

  private void lengths() {
    for (int opcode : DATA) {
      for (int length : new int[] {0, 1, 124, 125}) {
        badLength(opcode, 126, length);
        badLength(opcode, 127, length);
      }
      for (long length : new long[] {126, 65_535, -1, Long.MIN_VALUE}) {
        badLength(opcode, 127, length);
      }
    }
    for (int opcode : new int[] {PING, PONG, CLOSE}) {
      badLength(opcode, 126, 126);
      badLength(opcode, 127, 65_536);
    }
  }

  private void badLength(int opcode, int form, long length) {
    all.add(
        named(kind(opcode) + " whose length " + length + " is written in the form " + form)
            .sends(frame(FIN | opcode, form, length, NOTHING, 1))
            .fails(PROTOCOL));
  }

  private void masks() {
    for (int mask : new int[] {0, -1, 0x000000FF, 0xFF000000, 0x80402010, 0x12345678}) {
      for (int size = 1; size <= 9; size++) {
        byte[] payload = payload(size);
        all.add(
            named("mask %08x over %d bytes".formatted(mask, size))
                .sends(frame(FIN | TEXT, payload, mask))
                .hears(TEXT, payload)
                .goesOn());
      }
    }
    for (int opcode : new int[] {TEXT, BINARY, CLOSE, PING, PONG}) {
      for (byte[] payload : List.of(NOTHING, new byte[] {3, (byte) 0xE8})) {
        all.add(
            named("unmasked " + kind(opcode) + " of " + payload.length)
                .sends(unmasked(FIN | opcode, payload))
                .fails(PROTOCOL));
      }
    }
    all.add(
        named("unmasked continuation").sends(frame(TEXT, ABC), unmasked(FIN, ABC)).fails(PROTOCOL));
  }

  private void reserved() {
    for (int bits = 1; bits <= 7; bits++) {
      for (int opcode : new int[] {TEXT, BINARY, CLOSE, PING, PONG}) {
        all.add(
            named("reserved bits " + bits + " on " + kind(opcode))
                .sends(frame(FIN | bits << 4 | opcode, NOTHING))
                .fails(PROTOCOL));
      }
      all.add(
          named("reserved bits " + bits + " behind a good message")
              .sends(frame(FIN | TEXT, ABC), frame(FIN | bits << 4 | TEXT, ABC))
              .hears(TEXT, ABC)
              .fails(PROTOCOL));
    }
    for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
      for (byte[] payload : List.of(NOTHING, ABC)) {
        for (int fin : new int[] {0, FIN}) {
          all.add(
              named("opcode %d, final %b, %d bytes".formatted(opcode, fin != 0, payload.length))
                  .sends(frame(fin | opcode, payload))
                  .fails(PROTOCOL));
        }
      }
    }
  }

  private void pings() {
    for (int size : new int[] {0, 1, 4, 64, 124, 125}) {
      byte[] payload = payload(size);
      for (int writeBytes : new int[] {Integer.MAX_VALUE, 1}) {
        all.add(
            named("ping of " + size + (writeBytes == 1 ? " byte by byte" : ""))
                .sends(frame(FIN | PING, payload))
                .inWritesOf(writeBytes)
                .hears(PONG, payload)
                .goesOn());
      }
      all.add(named("pong of " + size).sends(frame(FIN | PONG, payload)).goesOn());
    }
    for (int count : new int[] {2, 10, 50}) {
      var many = named(count + " pings in one write");
      for (int i = 0; i < count; i++) {
        many.sends(frame(FIN | PING, new byte[] {(byte) i})).hears(PONG, new byte[] {(byte) i});
      }
      all.add(many.goesOn());
    }
    for (int opcode : new int[] {PING, PONG, CLOSE}) {
      all.add(
          named("fragmented " + kind(opcode))
              .sends(frame(opcode, NOTHING), frame(FIN, NOTHING))
              .fails(PROTOCOL));
    }
  }

  private void fragments() {
    for (int opcode : DATA) {
      for (int count : new int[] {2, 3, 5, 10, 100}) {
        for (boolean pinged : new boolean[] {false, true}) {
          all.add(fragmented(opcode, count, pinged));
        }
      }
      for (String sizes : List.of("0,3", "3,0", "0,0", "0,3,0", "3,0,3", "0,0,0,0")) {
        all.add(sized(opcode, sizes));
      }
      all.add(
          named("continuation of nothing, then " + kind(opcode))
              .sends(frame(FIN, ABC), frame(FIN | opcode, ABC))
              .fails(PROTOCOL));
      all.add(
          named("continuation behind a whole " + kind(opcode))
              .sends(frame(FIN | opcode, ABC), frame(FIN, ABC))
              .hears(opcode, ABC)
              .fails(PROTOCOL));
      for (int inside : DATA) {
        for (int fin : new int[] {0, FIN}) {
          all.add(
              named("%s inside %s, final %b".formatted(kind(inside), kind(opcode), fin != 0))
                  .sends(frame(opcode, ABC), frame(fin | inside, ABC))
                  .fails(PROTOCOL));
        }
      }
    }
    all.add(named("open continuation of nothing").sends(frame(0, ABC)).fails(PROTOCOL));
  }

  private static Rfc6455Case fragmented(int opcode, int count, boolean pinged) {
    var fragmented =
        named(kind(opcode) + " in " + count + " fragments" + (pinged ? " with pings between" : ""));
    byte[] whole = payload(count * 3);
    for (int i = 0; i < count; i++) {
      int first = (i == count - 1 ? FIN : 0) | (i == 0 ? opcode : CONTINUATION);
      fragmented.sends(frame(first, Arrays.copyOfRange(whole, i * 3, i * 3 + 3)));
      if (pinged && i < count - 1) {
        fragmented.sends(frame(FIN | PING, ABC)).hears(PONG, ABC);
      }
    }
    return fragmented.hears(opcode, whole).goesOn();
  }

  private static Rfc6455Case sized(int opcode, String sizes) {
    var fragmented = named(kind(opcode) + " in fragments of " + sizes);
    int total = 0;
    String[] each = sizes.split(",");
    for (int i = 0; i < each.length; i++) {
      int size = Integer.parseInt(each[i]);
      int first = (i == each.length - 1 ? FIN : 0) | (i == 0 ? opcode : CONTINUATION);
      fragmented.sends(
          frame(first, Arrays.copyOfRange(payload(total + size), total, total + size)));
      total += size;
    }
    return fragmented.hears(opcode, payload(total)).goesOn();
  }

  private void validText() {
    for (int codePoint :
        new int[] {
          0, 0x7F, 0x80, 0x7FF, 0x800, 0xFFF, 0x1000, 0xD7FF, 0xE000, 0xFEFF, 0xFFFD, 0xFFFE,
          0xFFFF, 0x10000, 0x1F600, 0x3FFFF, 0x40000, 0xFFFFF, 0x100000, 0x10FFFF
        }) {
      byte[] text = ("<" + Character.toString(codePoint) + ">").getBytes(UTF_8);
      String name = "U+%04X".formatted(codePoint);
      all.add(named(name).sends(frame(FIN | TEXT, text)).hears(TEXT, text).goesOn());
      all.add(
          inSingleBytes(named(name + " split into its bytes"), text).hears(TEXT, text).goesOn());
    }
  }

  private void invalidText() {
    for (String bytes :
        List.of(
            "80",
            "bf",
            "c3",
            "e282",
            "f09f98",
            "c080",
            "c1bf",
            "e08080",
            "e09fbf",
            "f0808080",
            "f08fbfbf",
            "eda080",
            "edafbf",
            "edb080",
            "edbfbf",
            "eda080edb080",
            "f4908080",
            "f5808080",
            "f888808080",
            "fc8480808080",
            "fe",
            "ff",
            "c328",
            "e22882",
            "f0288c28",
            "61ff62",
            "cebae1bdb9cf83cebceda0806564")) {
      byte[] text = HexFormat.of().parseHex(bytes);
      all.add(named("no UTF-8: " + bytes).sends(frame(FIN | TEXT, text)).fails(NOT_UTF8));
      all.add(
          inSingleBytes(named("no UTF-8, split into its bytes: " + bytes), text).fails(NOT_UTF8));
      all.add(
          named("binary " + bytes).sends(frame(FIN | BINARY, text)).hears(BINARY, text).goesOn());
    }
  }

  private static Rfc6455Case.Builder inSingleBytes(Rfc6455Case.Builder builder, byte[] text) {
    builder.sends(frame(TEXT, NOTHING));
    for (byte one : text) {
      builder.sends(frame(CONTINUATION, new byte[] {one}));
    }
    return builder.sends(frame(FIN, NOTHING));
  }

  private void closing() {
    all.add(named("close without a code").sends(frame(FIN | CLOSE, NOTHING)).closes(1000));
    for (int code :
        new int[] {
          1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000,
          4999
        }) {
      all.add(named("close " + code).sends(close(code, NOTHING)).closes(code));
      all.add(
          named("close " + code + " with a reason, byte by byte")
              .sends(close(code, "κόσμε".getBytes(UTF_8)))
              .inWritesOf(1)
              .closes(code));
    }
    for (int code : new int[] {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999}) {
      all.add(named("close " + code).sends(close(code, NOTHING)).fails(PROTOCOL));
    }
    all.add(named("close of one byte").sends(frame(FIN | CLOSE, new byte[1])).fails(PROTOCOL));
    all.add(named("longest reason").sends(close(1000, payload(123))).closes(1000));
    for (String bytes : List.of("ff", "c0", "eda080", "f4908080")) {
      byte[] reason = HexFormat.of().parseHex(bytes);
      all.add(named("reason of " + bytes).sends(close(1000, reason)).fails(NOT_UTF8));
    }
    byte[] goodbye = close(1000, NOTHING);
    all.add(named("close inside a message").sends(frame(TEXT, ABC), goodbye).closes(1000));
    all.add(
        named("answers before the close")
            .sends(frame(FIN | TEXT, ABC), frame(FIN | PING, ABC), goodbye)
            .hears(TEXT, ABC)
            .hears(PONG, ABC)
            .closes(1000));
  }

  private static byte[] close(int code, byte[] reason) {
    byte[] body = new byte[2 + reason.length];
    body[0] = (byte) (code >> 8);
    body[1] = (byte) code;
    System.arraycopy(reason, 0, body, 2, reason.length);
    return frame(FIN | CLOSE, body);
  }

  private void limits() {
    for (int opcode : DATA) {
      byte[] most = payload(MESSAGE_BYTES_MAX);
      byte[] half = Arrays.copyOf(most, MESSAGE_BYTES_MAX / 2);
      byte[] rest = Arrays.copyOfRange(most, MESSAGE_BYTES_MAX / 2, MESSAGE_BYTES_MAX);
      all.add(
          named(kind(opcode) + " of the limit in two fragments")
              .sends(frame(opcode, half), frame(FIN, rest))
              .hears(opcode, most)
              .goesOn());
      all.add(
          named(kind(opcode) + " one byte past the limit, in three fragments")
              .sends(frame(opcode, half), frame(CONTINUATION, rest), frame(FIN, new byte[1]))
              .fails(TOO_BIG));
      all.add(
          named(kind(opcode) + " past the limit in fragments without end")
              .sends(frame(opcode, most), frame(CONTINUATION, new byte[1]))
              .fails(TOO_BIG));
      for (long length : new long[] {MESSAGE_BYTES_MAX + 1L, 1L << 31, 1L << 40, Long.MAX_VALUE}) {
        all.add(
            named(kind(opcode) + " that says it has " + length + " bytes")
                .sends(frame(FIN | opcode, 127, length, NOTHING, 1))
                .fails(TOO_BIG));
      }
    }
  }

  private static byte[] payload(int size) {
    byte[] payload = new byte[size];
    for (int i = 0; i < size; i++) {
      payload[i] = (byte) ('a' + i % 26);
    }
    return payload;
  }

  private static String kind(int opcode) {
    return switch (opcode) {
      case TEXT -> "text";
      case BINARY -> "binary";
      case CLOSE -> "close";
      case PING -> "ping";
      case PONG -> "pong";
      default -> "opcode " + opcode;
    };
  }
}
