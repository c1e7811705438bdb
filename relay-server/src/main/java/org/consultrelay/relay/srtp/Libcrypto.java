package org.consultrelay.relay.srtp;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The few functions of OpenSSL 3's libcrypto that AES-GCM takes, as plain calls. Pointers are
 * longs: a call then allocates nothing. Functions answer whether the library said 1, for some of
 * its failures are 0 and some are -1. Where there is no library, {@link #isPresent()} is false and
 * so is every answer.
 */
@SuppressWarnings("restricted")
final class Libcrypto {
  // Not the plain libcrypto.dylib: macOS ends a process that loads its own copy by that name.
  private static final List<String> NAMES =
      List.of(
          "libcrypto.so.3",
          "libcrypto.so",
          "libcrypto.so.4",
          "libcrypto.3.dylib",
          "/opt/homebrew/opt/openssl@3/lib/libcrypto.3.dylib",
          "/usr/local/opt/openssl@3/lib/libcrypto.3.dylib");
  private static final int CTRL_AEAD_GET_TAG = 0x10;
  private static final int CTRL_AEAD_SET_TAG = 0x11;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong POINTER = ValueLayout.JAVA_LONG;

  private static final @Nullable SymbolLookup LIBRARY = open();
  private static final MethodHandle CIPHER_FETCH =
      function("EVP_CIPHER_fetch", FunctionDescriptor.of(POINTER, POINTER, POINTER, POINTER));
  private static final MethodHandle CONTEXT_NEW =
      function("EVP_CIPHER_CTX_new", FunctionDescriptor.of(POINTER));
  private static final MethodHandle CONTEXT_FREE =
      function("EVP_CIPHER_CTX_free", FunctionDescriptor.ofVoid(POINTER));
  private static final MethodHandle CONTEXT_CTRL =
      function("EVP_CIPHER_CTX_ctrl", FunctionDescriptor.of(INT, POINTER, INT, INT, POINTER));
  private static final FunctionDescriptor INIT =
      FunctionDescriptor.of(INT, POINTER, POINTER, POINTER, POINTER, POINTER);
  private static final FunctionDescriptor UPDATE =
      FunctionDescriptor.of(INT, POINTER, POINTER, POINTER, POINTER, INT);
  private static final FunctionDescriptor FINAL =
      FunctionDescriptor.of(INT, POINTER, POINTER, POINTER);
  private static final MethodHandle ENCRYPT_INIT = function("EVP_EncryptInit_ex", INIT);
  private static final MethodHandle ENCRYPT_UPDATE = function("EVP_EncryptUpdate", UPDATE);
  private static final MethodHandle ENCRYPT_FINAL = function("EVP_EncryptFinal_ex", FINAL);
  private static final MethodHandle DECRYPT_INIT = function("EVP_DecryptInit_ex", INIT);
  private static final MethodHandle DECRYPT_UPDATE = function("EVP_DecryptUpdate", UPDATE);
  private static final MethodHandle DECRYPT_FINAL = function("EVP_DecryptFinal_ex", FINAL);
  private static final String VERSION = versionText();
  private static final long AES_128_GCM = fetch("AES-128-GCM");

  private Libcrypto() {}

  /** Whether OpenSSL 3 or later is here and has AES-128-GCM. */
  static boolean isPresent() {
    return AES_128_GCM != 0;
  }

  /** What the library calls itself; empty when there is none. */
  static String version() {
    return VERSION;
  }

  /**
   * A context with its key set once and for all, so that packets set the IV only.
   *
   * @param encrypts whether it will encrypt, or else decrypt
   * @throws IllegalStateException when the library refuses
   */
  static long newAes128Gcm(byte[] key, boolean encrypts) {
    try (Arena arena = Arena.ofConfined()) {
      long context = (long) CONTEXT_NEW.invokeExact();
      if (context == 0) {
        throw new IllegalStateException("libcrypto made no cipher context");
      }
      MemorySegment nativeKey = arena.allocateFrom(ValueLayout.JAVA_BYTE, key);
      long cipher = AES_128_GCM;
      int done =
          encrypts
              ? (int) ENCRYPT_INIT.invokeExact(context, cipher, 0L, nativeKey.address(), 0L)
              : (int) DECRYPT_INIT.invokeExact(context, cipher, 0L, nativeKey.address(), 0L);
      nativeKey.fill((byte) 0);
      if (done != 1) {
        free(context);
        throw new IllegalStateException("libcrypto did not take the key");
      }
      return context;
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /** Frees a context; the library wipes its key. */
  static void free(long context) {
    try {
      CONTEXT_FREE.invokeExact(context);
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /** Starts a packet: sets the 12 bytes of IV. */
  static boolean encryptInit(long context, long iv) {
    try {
      return (int) ENCRYPT_INIT.invokeExact(context, 0L, 0L, 0L, iv) == 1;
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /** Encrypts; with {@code out} 0, takes additional authenticated data. */
  static boolean encryptUpdate(long context, long out, long outLength, long in, int length) {
    try {
      return (int) ENCRYPT_UPDATE.invokeExact(context, out, outLength, in, length) == 1;
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /** Ends a packet; writes nothing in this mode. */
  static boolean encryptFinal(long context, long out, long outLength) {
    try {
      return (int) ENCRYPT_FINAL.invokeExact(context, out, outLength) == 1;
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /** Starts a packet: sets the 12 bytes of IV. */
  static boolean decryptInit(long context, long iv) {
    try {
      return (int) DECRYPT_INIT.invokeExact(context, 0L, 0L, 0L, iv) == 1;
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /** Decrypts; with {@code out} 0, takes additional authenticated data. */
  static boolean decryptUpdate(long context, long out, long outLength, long in, int length) {
    try {
      return (int) DECRYPT_UPDATE.invokeExact(context, out, outLength, in, length) == 1;
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /** Ends a packet: true when the tag set before is right; compared in constant time. */
  static boolean decryptFinal(long context, long out, long outLength) {
    try {
      return (int) DECRYPT_FINAL.invokeExact(context, out, outLength) == 1;
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  /** Writes the tag of the packet just ended. */
  static boolean getTag(long context, int length, long tag) {
    return control(context, CTRL_AEAD_GET_TAG, length, tag);
  }

  /** Sets the tag to compare with; it is copied. */
  static boolean setTag(long context, int length, long tag) {
    return control(context, CTRL_AEAD_SET_TAG, length, tag);
  }

  private static boolean control(long context, int command, int length, long pointer) {
    try {
      return (int) CONTEXT_CTRL.invokeExact(context, command, length, pointer) == 1;
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  private static @Nullable SymbolLookup open() {
    for (String name : NAMES) {
      try {
        SymbolLookup library = SymbolLookup.libraryLookup(name, Arena.global());
        MemorySegment version = library.find("OpenSSL_version_num").orElse(null);
        if (version != null
            && library.find("EVP_CIPHER_fetch").isPresent()
            && major(version) >= 3) {
          return library;
        }
      } catch (IllegalArgumentException | IllegalCallerException e) {
        // Not under this name, or native access is denied: the next, and in the end none.
      }
    }
    return null;
  }

  private static long major(MemorySegment versionNumber) {
    MethodHandle handle =
        Linker.nativeLinker().downcallHandle(versionNumber, FunctionDescriptor.of(POINTER));
    try {
      return (long) handle.invokeExact() >>> 28;
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  private static MethodHandle function(String name, FunctionDescriptor type) {
    MemorySegment address = LIBRARY == null ? null : LIBRARY.find(name).orElse(null);
    return address == null
        ? MethodHandles.empty(type.toMethodType())
        : Linker.nativeLinker().downcallHandle(address, type);
  }

  private static String versionText() {
    try {
      MethodHandle handle = function("OpenSSL_version", FunctionDescriptor.of(POINTER, INT));
      long text = (long) handle.invokeExact(0);
      return text == 0 ? "" : MemorySegment.ofAddress(text).reinterpret(256).getString(0);
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  private static long fetch(String algorithm) {
    try (Arena arena = Arena.ofConfined()) {
      return (long) CIPHER_FETCH.invokeExact(0L, arena.allocateFrom(algorithm).address(), 0L);
    } catch (Throwable t) {
      throw unchecked(t);
    }
  }

  private static RuntimeException unchecked(Throwable t) {
    return switch (t) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new IllegalStateException(t);
    };
  }
}
