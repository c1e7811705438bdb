package org.consultrelay.relay.dtls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {
  // FIPS 180-4's example: SHA-256 of "abc".
  private static final String ABC =
      "BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:"
          + "B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD";
  private static final byte[] BYTES = "abc".getBytes(StandardCharsets.US_ASCII);

  @Test
  void isTheHashOfTheCertificate() {
    assertThat(Fingerprint.of(BYTES).text()).isEqualTo(ABC);
    assertThat(Fingerprint.of(BYTES)).hasToString("sha-256 " + ABC);
    Fingerprint parsed = Fingerprint.parse("SHA-256", ABC.toLowerCase(Locale.ROOT));
    assertThat(parsed).isEqualTo(Fingerprint.of(BYTES)).hasSameHashCodeAs(Fingerprint.of(BYTES));
    assertThat(parsed).isNotNull().matches(it -> it.matches(BYTES));
    assertThat(parsed).matches(it -> !it.matches(new byte[] {1}));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "BA",
        "BA:78",
        "BA-78-16-BF-8F-01-CF-EA-41-41-40-DE-5D-AE-22-23-B0-03-61-A3-96-17-7A-9C-B4-10-FF-61-F2-00-15-AD",
        "GA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD",
        "BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:A",
        "BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD:00",
      })
  void refusesOtherText(String text) {
    assertThat(Fingerprint.parse("sha-256", text)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha-1", "md5", "sha256", "sha-384", "", "sha-256 "})
  void refusesOtherAlgorithmsAndLengths(String algorithm) {
    assertThat(Fingerprint.parse(algorithm, ABC)).isNull();
    assertThatThrownBy(() -> new Fingerprint(algorithm, new byte[32]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 200)
  void readsWhatItWrites(@ForAll @Size(48) byte[] value) {
    Fingerprint fingerprint = new Fingerprint("sha-384", value);
    assertThat(Fingerprint.parse("sha-384", fingerprint.text())).isEqualTo(fingerprint);
  }

  @Property(tries = 200)
  void parsesAnythingWithoutThrowing(@ForAll String algorithm, @ForAll String text) {
    assertThat(Fingerprint.parse(algorithm, text)).isNull();
    Fingerprint.parse("sha-256", text);
  }
}
