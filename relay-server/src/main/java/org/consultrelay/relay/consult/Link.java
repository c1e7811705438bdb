package org.consultrelay.relay.consult;

/**
 * Leave to come to one consultation in one role. Whoever has its token may use it until it is
 * revoked or the consultation is over.
 *
 * @param id random, 12 characters; not secret
 * @param role what its bearer is
 * @param name of its bearer, as the practice or the clinician says; may be empty
 * @param used whether somebody has come by it
 */
record Link(String id, Role role, String name, boolean used) {
  Link asUsed() {
    return new Link(id, role, name, true);
  }
}
