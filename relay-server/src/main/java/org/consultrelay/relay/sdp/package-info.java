/**
 * Session descriptions: parsing hostile SDP (RFC 8866) into records, writing records as SDP, and
 * the offer/answer rules (RFC 3264, 8829) that turn an offer and a policy into an answer and a
 * negotiated view for the media layer. Pure: text and records in, text and records out. Knows no
 * socket, no codec bytes, no room.
 */
@NullMarked
package org.consultrelay.relay.sdp;

import org.jspecify.annotations.NullMarked;
