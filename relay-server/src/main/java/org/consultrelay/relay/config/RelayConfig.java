package org.consultrelay.relay.config;

/**
 * Everything that an operator may decide, checked. {@code relay.reference.yaml} explains each key.
 *
 * @param dev development mode: known keys, loopback only
 * @param http the door for clients and back ends
 * @param net media sockets and loops
 * @param ops metrics and health
 * @param keys API keys
 * @param tenants whose they are
 * @param rooms their lives and numbers
 * @param dtls handshakes
 * @param ice connectivity checks
 * @param srtp encryption of media
 * @param turn the TURN server
 * @param tcp connections that carry media
 * @param admission when new rooms are refused for want of headroom
 * @param log what is written down
 * @param store what outlives a restart
 * @param webhooks who is told of what happens in rooms
 * @param consult waiting rooms and the links to them
 */
public record RelayConfig(
    boolean dev,
    HttpConfig http,
    NetConfig net,
    OpsConfig ops,
    ApiKeys keys,
    TenantsConfig tenants,
    RoomsConfig rooms,
    DtlsConfig dtls,
    IceConfig ice,
    SrtpConfig srtp,
    TurnConfig turn,
    TcpConfig tcp,
    AdmissionConfig admission,
    LogConfig log,
    StoreConfig store,
    WebhooksConfig webhooks,
    ConsultConfig consult) {

  static RelayConfig read(SettingReader settings, boolean dev, int processors) {
    ApiKeys keys = ApiKeys.read(settings, dev);
    RelayConfig config =
        new RelayConfig(
            dev,
            HttpConfig.read(settings, dev),
            NetConfig.read(settings, dev, processors),
            OpsConfig.read(settings, dev),
            keys,
            TenantsConfig.read(settings, keys),
            RoomsConfig.read(settings),
            DtlsConfig.read(settings),
            IceConfig.read(settings),
            SrtpConfig.read(settings),
            TurnConfig.read(settings, dev),
            TcpConfig.read(settings),
            AdmissionConfig.read(settings),
            LogConfig.read(settings),
            StoreConfig.read(settings),
            WebhooksConfig.read(settings, keys),
            ConsultConfig.read(settings));
    CrossChecks.ports(config, settings);
    CrossChecks.doors(config, settings);
    if (dev) {
      CrossChecks.loopback(config, settings);
    }
    return config;
  }
}
