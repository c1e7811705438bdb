package org.consultrelay.relay.signal.livekit.service;

import org.consultrelay.relay.api.VerifiedToken;
import org.consultrelay.relay.api.VideoGrant;

/** What a token must allow for a method. */
enum Grant {
  /** To make and to end rooms. */
  CREATE,
  /** To see which rooms there are. */
  LIST,
  /** To moderate the one room that the token names. */
  ADMIN;

  /**
   * Whether a token has it.
   *
   * @param room that the request is about; empty when it is about none
   */
  boolean isOf(VerifiedToken token, String room) {
    VideoGrant video = token.grants().video();
    return switch (this) {
      case CREATE -> video.roomCreate() && token.covers(room);
      case LIST -> video.roomList();
      case ADMIN -> video.roomAdmin() && video.room().equals(room) && token.covers(room);
    };
  }
}
