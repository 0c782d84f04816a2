import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.SocketIOServer;
import com.corundumstudio.socketio.Transport;
import java.util.Map;

/** netty-socketio: join a room, send to it. */
class Server {
  public static class Join {
    public String room;
  }

  public static class Send {
    public String room;
    public String text;
  }

  public static void main(String[] arguments) throws Exception {
    var configuration = new Configuration();
    configuration.setHostname("127.0.0.1");
    configuration.setPort(Integer.parseInt(arguments[0]));
    configuration.setTransports(Transport.WEBSOCKET);
    configuration.setUseLinuxNativeEpoll(true);
    var server = new SocketIOServer(configuration);
    server.addEventListener(
        "join",
        Join.class,
        (client, join, ack) -> {
          client.joinRoom(join.room);
          ack.sendAckData(Map.of("ok", true));
        });
    server.addEventListener(
        "send",
        Send.class,
        (client, send, ack) -> {
          server
              .getRoomOperations(send.room)
              .sendEvent("message", Map.of("room", send.room, "text", send.text));
          ack.sendAckData(Map.of("ok", true));
        });
    server.start();
    System.out.println("ready");
  }
}
