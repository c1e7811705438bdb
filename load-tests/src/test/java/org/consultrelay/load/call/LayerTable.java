package org.consultrelay.load.call;

import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Makes the clinician's picture smaller, larger, hidden and shown, again and again, and prints how
 * soon what the relay sends follows, for {@code docs/quality.md}. To be run by hand.
 */
public final class LayerTable {
  private static final int ROUNDS = 6;

  private LayerTable() {}

  /** Runs it. */
  public static void main(String[] arguments) {
    List<LayerChange> changes = new ArrayList<>();
    try (BadCall call =
        BadCall.open(5, "tcp.icePort=off", "turn.udpPort=off", "turn.tcpPort=off")) {
      call.begin();
      Page page = call.clinician();
      LayerChange.make(page, LayerChange.Kind.LARGER);
      call.goOn(5);
      for (int round = 0; round < ROUNDS; round++) {
        for (LayerChange.Kind kind : LayerChange.Kind.values()) {
          changes.add(LayerChange.make(page, kind));
          System.out.println(changes.getLast());
          call.goOn(2);
        }
      }
      System.out.println(LayerChange.decoder(page));
    }
    for (LayerChange.Kind kind : LayerChange.Kind.values()) {
      List<LayerChange> of = changes.stream().filter(each -> each.kind() == kind).toList();
      System.out.println(row(kind.name().toLowerCase(Locale.ROOT), of));
    }
    System.out.println(row("all", changes));
  }

  private static String row(String name, List<LayerChange> changes) {
    double[] seconds = changes.stream().mapToDouble(LayerChange::seconds).sorted().toArray();
    int[] pictures = changes.stream().mapToInt(LayerChange::pictures).sorted().toArray();
    int middle = seconds.length / 2;
    return String.format(
        Locale.ROOT,
        "| %s | %d | %.2f s | %.2f s | %.2f s | %d | %d |",
        name,
        seconds.length,
        seconds[0],
        seconds[middle],
        seconds[seconds.length - 1],
        pictures[middle],
        pictures[pictures.length - 1]);
  }
}
