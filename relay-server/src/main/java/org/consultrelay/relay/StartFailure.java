package org.consultrelay.relay;

import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;
import org.consultrelay.relay.config.ConfigMistake;
import org.consultrelay.relay.config.HttpConfig;
import org.consultrelay.relay.config.OpsConfig;
import org.consultrelay.relay.config.StoreConfig;

/**
 * The relay cannot start for a reason that shows only when it tries. The message is one line like
 * that of a wrong configuration: the key to change, what is wrong, what to do.
 */
final class StartFailure extends Exception {
  /** Libraries put the names of their classes before what they say. */
  private static final Pattern CLASS_NAME = Pattern.compile("(?:[a-z]\\w*\\.)+[A-Z]\\w*: ");

  private static final long serialVersionUID = 1L;

  private StartFailure(String key, String problem, String remedy, Throwable cause) {
    super(new ConfigMistake(key, problem, remedy, "").line(), cause);
  }

  /** The HTTP door does not open. */
  static StartFailure http(HttpConfig http, Throwable cause) {
    if (http.tls().isPresent() && !isSocketTrouble(cause)) {
      return certificate(cause);
    }
    return socket("http.host", "http.port", "TCP", http.host(), http.port(), cause);
  }

  /** The operators' door does not open. */
  static StartFailure ops(OpsConfig ops, Throwable cause) {
    return socket("ops.host", "ops.port", "TCP", ops.host(), ops.port(), cause);
  }

  /** A media port cannot be had; the cause's text names the address. */
  static StartFailure media(int port, Throwable cause) {
    String reason = text(cause);
    return isUnknownAddress(cause)
        ? new StartFailure("net.bind", reason, "name addresses that this machine has", cause)
        : new StartFailure(
            "net.mediaPort",
            reason,
            "stop what uses UDP port " + port + ", or choose another first port",
            cause);
  }

  /** A port of this key cannot be had; the cause's text names the address. */
  static StartFailure port(String key, Throwable cause) {
    return new StartFailure(
        key, text(cause), "stop what uses it, choose another port, or set " + key + ": off", cause);
  }

  /** The certificate and key cannot be used. */
  static StartFailure certificate(Throwable cause) {
    return new StartFailure(
        "http.tls.certificate",
        "this certificate and key cannot be used: "
            + CLASS_NAME.matcher(text(cause)).replaceAll(""),
        "name the PEM files of a certificate chain and of the key that belongs to it",
        cause);
  }

  /** The store cannot be opened. */
  static StartFailure store(StoreConfig store, Throwable cause) {
    return new StartFailure(
        "store.file",
        store.file().map(Object::toString).orElse("") + ": " + text(cause),
        "name a file of this relay alone, or one that is not there yet",
        cause);
  }

  private static StartFailure socket(
      String hostKey,
      String portKey,
      String protocol,
      InetAddress host,
      int port,
      Throwable cause) {
    String where = protocol + " " + host.getHostAddress() + " port " + port;
    if (isUnknownAddress(cause)) {
      return new StartFailure(
          hostKey,
          host.getHostAddress() + " is not an address of this machine",
          "use one that is, or 0.0.0.0 for all",
          cause);
    }
    if (isForbidden(cause)) {
      return new StartFailure(
          portKey,
          where + " may not be used by this user",
          "use a port from 1024 on, or grant CAP_NET_BIND_SERVICE",
          cause);
    }
    return new StartFailure(
        portKey,
        isTaken(cause) ? where + " is taken" : where + " cannot be had: " + text(cause),
        "stop what uses it, or choose another port",
        cause);
  }

  private static boolean isSocketTrouble(Throwable cause) {
    return isTaken(cause) || isUnknownAddress(cause) || isForbidden(cause);
  }

  // The operating system's words; the exception's class depends on who opened the socket.
  private static boolean isTaken(Throwable cause) {
    return says(cause, "address already in use");
  }

  private static boolean isUnknownAddress(Throwable cause) {
    return says(cause, "cannot assign requested address");
  }

  private static boolean isForbidden(Throwable cause) {
    return says(cause, "permission denied");
  }

  private static boolean says(Throwable cause, String words) {
    return text(cause).toLowerCase(Locale.ROOT).contains(words);
  }

  private static String text(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.toString() : message;
  }
}
