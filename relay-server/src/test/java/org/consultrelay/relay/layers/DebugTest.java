package org.consultrelay.relay.layers;
import org.consultrelay.relay.rtp.Codec;
import org.junit.jupiter.api.Test;
class DebugTest {
  @Test void one() {
    String[] a = System.getProperty("case").split(",");
    long seed = Long.parseLong(a[4]);
    SwitchingSimulation s = new SwitchingSimulation(Codec.valueOf(a[0]), Integer.parseInt(a[1]), Integer.parseInt(a[2]), Boolean.parseBoolean(a[3]), seed % 4 * 0.03, seed);
    s.run(50);
    s.packets.values().stream().filter(p -> p.origin().frame.picture >= Integer.getInteger("from") && p.origin().frame.picture <= Integer.getInteger("to")).forEach(p -> System.out.println("OUT " + p.out() + " " + p.origin().frame + " place " + p.origin().place + " era " + p.era() + " m " + p.marker() + " fill " + p.fill() + " ts " + p.timestamp()));
  }
}
