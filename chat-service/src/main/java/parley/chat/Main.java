package parley.chat;

/** Starts the service from its environment. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.out.println("parley.chat");
  }
}
