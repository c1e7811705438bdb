package org.consultrelay.relay.config;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * API keys and the secrets that sign their tokens.
 *
 * @param secrets by API key, in the order of their writing; never to be logged
 * @param fileTenants the tenants that {@code keysFile} names, by API key; all are in {@link
 *     TenantsConfig}
 */
public record ApiKeys(Map<String, String> secrets, Map<String, String> fileTenants) {
  /** The API key of development mode. */
  public static final String DEV_KEY = "devkey";

  /** The secret of {@link #DEV_KEY}: no secret at all, which is why that mode stays on loopback. */
  public static final String DEV_SECRET = "secret";

  /** The shortest secret outside development mode: as long as an HS256 key (RFC 7518 §3.2). */
  public static final int LEAST_SECRET_BYTES = 32;

  /** So long a name may be a secret in its place. */
  private static final int SUSPICIOUS = 24;

  private static final Pattern PAIR =
      Pattern.compile("([^=:\\s]+)(?:=|:\\s+)(\\S+)(?:\\s+tenant=(\\S+))?");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** Copies the maps. */
  public ApiKeys {
    secrets = Collections.unmodifiableMap(new LinkedHashMap<>(secrets));
    fileTenants = Map.copyOf(fileTenants);
  }

  static ApiKeys read(SettingReader settings, boolean dev) {
    Map<String, String> tenants = new HashMap<>();
    Map<String, String> written = fromFile(settings, tenants);
    written.putAll(settings.map("keys"));
    if (written.isEmpty()) {
      if (dev) {
        return new ApiKeys(Map.of(DEV_KEY, DEV_SECRET), tenants);
      }
      settings.mistake(
          "keys",
          "there is none",
          "name at least one API key with a secret of "
              + LEAST_SECRET_BYTES
              + " bytes or more (`openssl rand -base64 33` makes one), or use --dev to try out");
    }
    Map<String, String> secrets = new LinkedHashMap<>();
    written.forEach((name, secret) -> {
      int length = secret.getBytes(StandardCharsets.UTF_8).length;
      if (!NAME.matcher(name).matches()) {
        // Not quoted: whoever swaps key and secret must not find the secret in the log.
        settings.mistakeAt(
            "keys." + name,
            "keys",
            "one API key has a name that cannot be used",
            "use 1 to 64 letters, digits, dots, dashes or underscores");
      } else if (length < (dev ? 1 : LEAST_SECRET_BYTES)) {
        settings.mistakeAt(
            "keys." + name,
            place(name),
            "the secret has " + length + " bytes",
            "use " + (dev ? 1 : LEAST_SECRET_BYTES) + " or more");
      } else {
        secrets.put(name, secret);
      }
    });
    return new ApiKeys(secrets, tenants);
  }

  private static Map<String, String> fromFile(SettingReader settings, Map<String, String> tenants) {
    Map<String, String> keys = new LinkedHashMap<>();
    for (String line : settings.files().secretLines("keysFile")) {
      // As in RELAY_KEYS (key=secret), or as in the YAML file (key: secret); then whose it is.
      Matcher pair = PAIR.matcher(line);
      if (!pair.matches()) {
        settings.mistake(
            "keysFile",
            "has a line that is no pair",
            "write key=secret on each line, or key=secret tenant=name");
      } else if (keys.put(pair.group(1), pair.group(2)) != null) {
        settings.mistake("keysFile", "has one key twice", "name each API key once");
      } else if (pair.group(3) != null) {
        tenants.put(pair.group(1), pair.group(3));
      }
    }
    return keys;
  }

  /**
   * How a mistake names the place of an API key: whoever swaps key and secret must not find the
   * secret in the log.
   */
  static String place(String name) {
    return mayBeSecret(name) ? "keys" : "keys." + name;
  }

  /** Whether what stands where an API key is named is so long that it may be a secret. */
  static boolean mayBeSecret(String name) {
    return name.length() >= SUSPICIOUS;
  }

  /** The API keys, without their secrets. */
  @Override
  public String toString() {
    return "ApiKeys" + secrets.keySet().stream().sorted().toList();
  }
}
