package org.consultrelay.relay.signal.livekit;

/**
 * What a client says of itself and how it wants to be served.
 *
 * @param singleConnection generation v1: one peer connection, and the client always offers
 * @param autoSubscribe wants every track that it may have, without asking for each
 * @param pausable knows what to do when the line does not carry a video
 * @param protocol the number of the protocol that the client speaks
 * @param clientProtocol which features between clients it knows; told to the others as it is
 * @param sdk which SDK, as it names itself; only for logs
 */
record ClientOptions(
    boolean singleConnection,
    boolean autoSubscribe,
    boolean pausable,
    int protocol,
    int clientProtocol,
    String sdk) {}
