package org.consultrelay.relay.net;

/** Error numbers of Linux system calls, as x86-64 and aarch64 have them. */
final class Errno {
  static final int EPERM = 1;
  static final int EINTR = 4;
  static final int EIO = 5;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int EINVAL = 22;
  static final int ENONET = 64;
  static final int EPROTO = 71;
  static final int EMSGSIZE = 90;
  static final int ENOPROTOOPT = 92;
  static final int EOPNOTSUPP = 95;
  static final int EAFNOSUPPORT = 97;
  static final int EADDRNOTAVAIL = 99;
  static final int ENETDOWN = 100;
  static final int ENETUNREACH = 101;
  static final int ENOBUFS = 105;
  static final int ECONNREFUSED = 111;
  static final int EHOSTDOWN = 112;
  static final int EHOSTUNREACH = 113;

  private Errno() {}

  /**
   * Whether a call on a socket that reports errors may have failed with this because of an ICMP
   * message about an earlier packet to whomever: it is said once, then the call is worth another
   * try.
   */
  static boolean mayBeOfEarlier(int errno) {
    return switch (errno) {
      case ECONNREFUSED,
          EHOSTUNREACH,
          ENETUNREACH,
          EMSGSIZE,
          EACCES,
          EPROTO,
          ENOPROTOOPT,
          EOPNOTSUPP,
          ENONET,
          EHOSTDOWN ->
          true;
      default -> false;
    };
  }
}
