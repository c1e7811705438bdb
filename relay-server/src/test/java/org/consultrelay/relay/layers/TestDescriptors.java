package org.consultrelay.relay.layers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.consultrelay.relay.rtp.Bits;

/** Writes dependency descriptors of a stream with three temporal and up to three spatial layers. */
final class TestDescriptors {
  private record Template(int spatial, int temporal, boolean key, List<Integer> distances) {}

  private final int layers;
  private final boolean keyOnly;
  private final boolean movesOffset;
  private final List<Template> templates = new ArrayList<>();
  private final long[] lastOfChain = new long[3];
  private int offset;

  TestDescriptors(int layers, boolean keyOnly, boolean movesOffset, int offset) {
    this.layers = layers;
    this.keyOnly = keyOnly;
    this.movesOffset = movesOffset;
    this.offset = offset;
    for (int s = 0; s < layers; s++) {
      List<Integer> below = s > 0 ? List.of(1) : List.of();
      templates.add(new Template(s, 0, true, below));
      for (int t = 0; t < 3; t++) {
        List<Integer> distances = new ArrayList<>();
        distances.add(layers * (t == 0 ? 4 : t == 1 ? 2 : 1));
        if (!keyOnly) {
          distances.addAll(below);
        }
        templates.add(new Template(s, t, false, distances));
      }
    }
  }

  /** A key picture begins. */
  void key() {
    if (movesOffset) {
      offset = (offset + templates.size()) % 64;
    }
  }

  private boolean inTarget(int s, int t, boolean key, int target) {
    int targetS = target / 3;
    boolean spatial = keyOnly ? s == targetS || (key && s < targetS) : s <= targetS;
    return spatial && t <= target % 3;
  }

  private int indication(int s, int t, boolean key, int target) {
    if (!inTarget(s, t, key, target)) {
      return 0;
    }
    if (s == target / 3) {
      return t > 0 && t == target % 3 ? 1 : 2;
    }
    return key ? 2 : 3;
  }

  private boolean inChain(Frame frame, boolean intra, int chain) {
    return frame.temporal == 0
        && (keyOnly
            ? frame.spatial == chain || (intra && frame.spatial < chain)
            : frame.spatial <= chain);
  }

  private static int ceil(int value) {
    return value < 16 ? 1 : value < 256 ? 2 : 3;
  }

  /** The descriptors of all packets of a frame. {@code intra}: it refers to no earlier picture. */
  List<byte[]> frame(Frame frame, boolean intra, int packets, int mask, boolean withMask) {
    int template = -1;
    for (int i = 0; i < templates.size(); i++) {
      Template t = templates.get(i);
      if (t.spatial == frame.spatial && t.temporal == frame.temporal && t.key == intra) {
        template = i;
      }
    }
    List<Integer> distances = new ArrayList<>();
    for (Frame reference : frame.references) {
      distances.add((int) (frame.number - reference.number));
    }
    boolean customDistances = !distances.equals(templates.get(template).distances);
    int[] chains = new int[layers];
    for (int c = 0; c < layers; c++) {
      chains[c] = frame.key && frame.spatial == 0 ? 0 : (int) (frame.number - lastOfChain[c]);
    }
    for (int c = 0; c < layers; c++) {
      if (inChain(frame, intra, c)) {
        lastOfChain[c] = frame.number;
      }
    }
    boolean customChains = Arrays.stream(chains).anyMatch(c -> c != Math.min(15, layers));
    List<byte[]> all = new ArrayList<>();
    for (int p = 0; p < packets; p++) {
      boolean structure = frame.key && frame.spatial == 0 && p == 0;
      Bits bits = new Bits();
      bits.put(p == 0 ? 1 : 0, 1).put(p == packets - 1 ? 1 : 0, 1);
      bits.put(offset + template & 63, 6).put((int) frame.number & 0xFFFF, 16);
      if (structure || withMask || customDistances || customChains) {
        bits.put(structure ? 1 : 0, 1).put(withMask ? 1 : 0, 1).put(0, 1);
        bits.put(customDistances ? 1 : 0, 1).put(customChains ? 1 : 0, 1);
        if (structure) {
          structure(bits);
        }
        if (withMask) {
          bits.put(mask, layers * 3);
        }
        if (customDistances) {
          for (int d : distances) {
            bits.put(ceil(d - 1), 2).put(d - 1, 4 * ceil(d - 1));
          }
          bits.put(0, 2);
        }
        if (customChains) {
          for (int c : chains) {
            bits.put(c, 8);
          }
        }
      }
      all.add(bits.bytes());
    }
    return all;
  }

  private void structure(Bits bits) {
    int targets = layers * 3;
    bits.put(offset, 6).put(targets - 1, 5);
    for (int i = 0; i < templates.size(); i++) {
      if (i + 1 == templates.size()) {
        bits.put(3, 2);
      } else if (templates.get(i + 1).spatial > templates.get(i).spatial) {
        bits.put(2, 2);
      } else {
        bits.put(templates.get(i + 1).temporal > templates.get(i).temporal ? 1 : 0, 2);
      }
    }
    for (Template t : templates) {
      for (int target = 0; target < targets; target++) {
        bits.put(indication(t.spatial, t.temporal, t.key, target), 2);
      }
    }
    for (Template t : templates) {
      for (int d : t.distances) {
        bits.put(1, 1).put(d - 1, 4);
      }
      bits.put(0, 1);
    }
    bits.nonSymmetric(layers, targets + 1);
    for (int target = 0; target < targets; target++) {
      bits.nonSymmetric(target / 3, layers);
    }
    for (int i = 0; i < templates.size() * layers; i++) {
      bits.put(Math.min(15, layers), 4);
    }
    bits.put(1, 1);
    for (int s = 0; s < layers; s++) {
      bits.put((320 << s) - 1, 16).put((180 << s) - 1, 16);
    }
  }
}
