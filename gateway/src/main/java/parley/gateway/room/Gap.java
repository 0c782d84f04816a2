package parley.gateway.room;

import java.util.List;

/**
 * What a client is told where the past cannot be had.
 *
 * @param after the last seq before the hole
 * @param head the last seq in the hole; what follows is heard
 * @param lost seqs behind {@code after} that were heard but are in no log any more: they are
 *     withdrawn
 */
public record Gap(String room, long after, long head, List<Long> lost) {}
