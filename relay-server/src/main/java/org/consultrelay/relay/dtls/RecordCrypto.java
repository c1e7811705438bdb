package org.consultrelay.relay.dtls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipher;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipherImpl;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.jspecify.annotations.Nullable;

/**
 * Bouncy Castle's own cryptography, but for AES-GCM over records, which the JDK does many times
 * faster and without tables that leak timing: data channels are encrypted on the media loop.
 */
final class RecordCrypto extends BcTlsCrypto {
  RecordCrypto(SecureRandom random) {
    super(random);
  }

  @Override
  protected TlsAEADCipher createCipher_AES_GCM(
      TlsCryptoParameters cryptoParams, int cipherKeySize, int macSize) throws IOException {
    return new TlsAEADCipher(
        cryptoParams,
        new Gcm(Cipher.ENCRYPT_MODE),
        new Gcm(Cipher.DECRYPT_MODE),
        cipherKeySize,
        macSize,
        TlsAEADCipher.AEAD_GCM,
        null);
  }

  /** A record that did not authenticate, which Bouncy Castle drops. Anybody can send those. */
  private static final class BadRecord extends TlsFatalAlert {
    private static final long serialVersionUID = 1L;

    BadRecord() {
      super(AlertDescription.bad_record_mac);
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // does nothing at all
    public Throwable fillInStackTrace() {
      return this;
    }
  }

  private static final class Gcm implements TlsAEADCipherImpl {
    private static final int TAG = 16;

    private final int mode;
    private final Cipher cipher;
    private @Nullable SecretKeySpec key;

    Gcm(int mode) throws IOException {
      this.mode = mode;
      try {
        this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
      } catch (GeneralSecurityException e) {
        throw new TlsFatalAlert(AlertDescription.internal_error, e);
      }
    }

    @Override
    public void setKey(byte[] from, int offset, int length) {
      key = new SecretKeySpec(from, offset, length, "AES");
    }

    @Override
    public void init(byte[] nonce, int macSize) throws IOException {
      try {
        cipher.init(mode, key, new GCMParameterSpec(8 * macSize, nonce));
      } catch (GeneralSecurityException e) {
        throw new TlsFatalAlert(AlertDescription.internal_error, e);
      }
    }

    @Override
    public int getOutputSize(int inputLength) {
      return mode == Cipher.ENCRYPT_MODE ? inputLength + TAG : Math.max(0, inputLength - TAG);
    }

    @Override
    public int doFinal(
        byte[] additionalData, byte[] input, int from, int length, byte[] output, int to)
        throws IOException {
      try {
        cipher.updateAAD(additionalData);
        return cipher.doFinal(input, from, length, output, to);
      } catch (GeneralSecurityException e) {
        throw new BadRecord();
      }
    }
  }
}
