package org.consultrelay.relay.consult;

/**
 * What is settled of a consultation when it is made. Times are milliseconds since 1970.
 *
 * @param id random; not secret
 * @param apiKey who made it, and signs for those who are let in
 * @param room where it takes place
 * @param slot when it is to begin
 * @param opensAt from when links are good
 * @param endsAt when it is over in any case
 * @param phone what to call when video fails; may be empty
 * @param urgent whether its room may use the share of the relay that is kept for such
 * @param audioOnly whether nobody sends pictures
 */
record Terms(
    String id,
    String apiKey,
    String room,
    long slot,
    long opensAt,
    long endsAt,
    String phone,
    boolean urgent,
    boolean audioOnly) {}
