package org.consultrelay.relay.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.consultrelay.relay.srtp.SrtpProfile.AEAD_AES_128_GCM;
import static org.consultrelay.relay.srtp.SrtpProfile.AES_CM_128_HMAC_SHA1_80;

import org.junit.jupiter.api.Test;

class SrtpKeysTest {

  @Test
  void exporterOutputIsSplitAsRfc5764Says() {
    byte[] material = new byte[60];
    for (int i = 0; i < material.length; i++) {
      material[i] = (byte) i;
    }

    assertThat(SrtpKeys.exporterLength(AES_CM_128_HMAC_SHA1_80)).isEqualTo(60);
    SrtpKeys client = SrtpKeys.clientWrite(AES_CM_128_HMAC_SHA1_80, material);
    SrtpKeys server = SrtpKeys.serverWrite(AES_CM_128_HMAC_SHA1_80, material);
    assertThat(client.masterKey()).hasSize(16).startsWith(0, 1).endsWith(15);
    assertThat(server.masterKey()).hasSize(16).startsWith(16, 17).endsWith(31);
    assertThat(client.masterSalt()).hasSize(14).startsWith(32, 33).endsWith(45);
    assertThat(server.masterSalt()).hasSize(14).startsWith(46, 47).endsWith(59);

    assertThat(SrtpKeys.exporterLength(AEAD_AES_128_GCM)).isEqualTo(56);
    assertThatThrownBy(() -> SrtpKeys.clientWrite(AEAD_AES_128_GCM, material))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void copiesInAndOutAndKeepsSilent() {
    byte[] key = new byte[16];
    byte[] salt = new byte[12];
    SrtpKeys keys = new SrtpKeys(AEAD_AES_128_GCM, key, salt);
    SrtpKeys same = new SrtpKeys(AEAD_AES_128_GCM, key, salt);
    key[0] = 77;
    keys.masterSalt()[0] = 77;

    assertThat(keys.masterKey()).containsOnly(0);
    assertThat(keys.masterSalt()).containsOnly(0);
    assertThat(keys).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(keys).isNotEqualTo(new SrtpKeys(AEAD_AES_128_GCM, key, salt));
    assertThat(keys).hasToString("SrtpKeys[AEAD_AES_128_GCM]");
    assertThatThrownBy(() -> new SrtpKeys(AES_CM_128_HMAC_SHA1_80, key, salt))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void profilesHaveTheNumbersAndLengthsOfTheirRfcs() {
    assertThat(SrtpProfile.of(7)).isEqualTo(AEAD_AES_128_GCM);
    assertThat(SrtpProfile.of(1)).isEqualTo(AES_CM_128_HMAC_SHA1_80);
    assertThat(SrtpProfile.of(8)).isNull();
    assertThat(AEAD_AES_128_GCM.rtpTagLength()).isEqualTo(16);
    assertThat(AEAD_AES_128_GCM.rtcpTrailerLength()).isEqualTo(20);
    assertThat(AES_CM_128_HMAC_SHA1_80.rtpTagLength()).isEqualTo(10);
    assertThat(AES_CM_128_HMAC_SHA1_80.rtcpTrailerLength()).isEqualTo(14);
  }
}
