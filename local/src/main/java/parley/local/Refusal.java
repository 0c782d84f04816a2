package parley.local;

/** Why a command cannot be carried out: one sentence for the person who typed it. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  Refusal(String sentence) {
    super(sentence);
  }
}
