/**
 * The server's side of access: tokens that say who may do what. Twirp services and webhooks join it
 * later.
 */
@NullMarked
package org.consultrelay.relay.api;

import org.jspecify.annotations.NullMarked;
