package org.consultrelay.relay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressMapTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void behavesAsAHashMapUnderRandomChange(long seed) {
    Random random = new Random(seed);
    AddressMap<Integer> map = new AddressMap<>();
    Map<TransportAddress, Integer> model = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      TransportAddress address =
          random.nextBoolean()
              ? TransportAddress.ipv4(random.nextInt(40), 5000 + random.nextInt(20))
              : new TransportAddress(1L << 61, random.nextInt(40), random.nextInt(20));
      if (random.nextInt(3) == 0) {
        assertThat(map.remove(address)).isEqualTo(model.remove(address));
      } else {
        assertThat(map.put(address, i)).isEqualTo(model.put(address, i));
      }
      assertThat(map.size()).isEqualTo(model.size());
    }
    model.forEach((address, value) -> assertThat(map.get(address)).isEqualTo(value));
  }
}
