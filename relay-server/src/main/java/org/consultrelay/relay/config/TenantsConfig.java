package org.consultrelay.relay.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who shares the relay: with tenants, the rooms of an API key are those whose names begin as its
 * tenant's do.
 *
 * @param all in the order of their writing; empty: every API key may use every room
 */
public record TenantsConfig(List<Tenant> all) {
  private static final String KEY = "tenants";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,32}");
  private static final Pattern PREFIX = Pattern.compile("[^\\s\\p{Cntrl}]{0,64}");
  private static final int MOST = 1_000_000;
  private static final Set<String> SETTINGS =
      Set.of("keys", "roomPrefix", "maxRooms", "maxParticipants", "maxTurnAllocations");

  /**
   * One of them.
   *
   * @param name for metrics and logs
   * @param roomPrefix what the names of its rooms begin with; empty: any room, also of others
   * @param keys its API keys, two at a time while one replaces the other
   * @param maxRooms that it may have; empty: as many as the relay
   * @param maxParticipants that its rooms may have, all together; empty: as many as the relay
   * @param maxTurnAllocations that its participants may have, all together; empty: as many as the
   *     relay
   */
  public record Tenant(
      String name,
      String roomPrefix,
      List<String> keys,
      OptionalInt maxRooms,
      OptionalInt maxParticipants,
      OptionalInt maxTurnAllocations) {
    /** Copies the list. */
    public Tenant {
      keys = List.copyOf(keys);
    }
  }

  /** Copies the list. */
  public TenantsConfig {
    all = List.copyOf(all);
  }

  /** Whose an API key is; empty where there are no tenants. */
  public Optional<Tenant> of(String apiKey) {
    return all.stream().filter(each -> each.keys().contains(apiKey)).findFirst();
  }

  static TenantsConfig read(SettingReader settings, ApiKeys keys) {
    Map<String, Map<String, String>> written = new LinkedHashMap<>();
    settings
        .joined(KEY)
        .forEach((path, text) -> {
          int dot = path.indexOf('.');
          String name = dot < 0 ? path : path.substring(0, dot);
          String setting = dot < 0 ? "" : path.substring(dot + 1);
          if (!NAME.matcher(name).matches()) {
            settings.mistakeAt(
                KEY + "." + path,
                KEY,
                SettingReader.quote(name) + " cannot be a tenant's name",
                "use 1 to 32 letters, digits, dashes or underscores");
          } else if (!SETTINGS.contains(setting)) {
            settings.mistake(
                KEY + "." + path,
                "is no setting of a tenant",
                "a tenant has " + String.join(", ", new TreeSet<>(SETTINGS)));
          } else {
            written.computeIfAbsent(name, _ -> new TreeMap<>()).put(setting, text);
          }
        });
    keys.fileTenants()
        .forEach((key, tenant) -> {
          Map<String, String> fields = written.get(tenant);
          if (fields != null) {
            fields.merge("keys", key, (before, more) -> before + " " + more);
          }
        });
    if (!written.keySet().containsAll(keys.fileTenants().values())) {
      settings.mistake(
          "keysFile", "names a tenant that there is not", "write it below tenants as well");
    }
    List<Tenant> all = new ArrayList<>();
    written.forEach((name, fields) -> all.add(tenant(settings, name, fields)));
    TenantsConfig tenants = new TenantsConfig(all);
    tenants.checkKeys(settings, keys);
    tenants.checkPrefixes(settings);
    return tenants;
  }

  private static Tenant tenant(SettingReader settings, String name, Map<String, String> fields) {
    String path = KEY + "." + name + ".";
    String prefix = fields.get("roomPrefix");
    if (prefix == null) {
      settings.mistake(
          path + "roomPrefix",
          "is not there",
          "write what the names of its rooms begin with, such as "
              + name
              + "-, or \"\" for the"
              + " operator's own keys, which may use every room");
    } else if (!PREFIX.matcher(prefix).matches()) {
      settings.mistake(
          path + "roomPrefix",
          SettingReader.quote(prefix) + " cannot be used",
          "use up to 64 characters without spaces");
    }
    return new Tenant(
        name,
        prefix == null ? "" : prefix,
        SettingReader.words(fields.getOrDefault("keys", "")),
        most(settings, path + "maxRooms", fields.get("maxRooms")),
        most(settings, path + "maxParticipants", fields.get("maxParticipants")),
        most(settings, path + "maxTurnAllocations", fields.get("maxTurnAllocations")));
  }

  private static OptionalInt most(SettingReader settings, String key, @Nullable String text) {
    return text == null || text.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(settings.count(key, text, "", MOST, 0, MOST));
  }

  /** Each API key is of one tenant, or there are none. */
  private void checkKeys(SettingReader settings, ApiKeys keys) {
    Map<String, String> owners = new LinkedHashMap<>();
    for (Tenant tenant : all) {
      String path = KEY + "." + tenant.name() + ".keys";
      for (String key : tenant.keys()) {
        String before = owners.putIfAbsent(key, tenant.name());
        if (!keys.secrets().containsKey(key) && !keys.fileTenants().containsKey(key)) {
          // Not quoted: whoever writes a secret in its place must not find it in the log.
          settings.mistake(path, "names an API key that there is not", "write it below keys");
        } else if (before != null) {
          settings.mistake(
              path,
              (ApiKeys.mayBeSecret(key) ? "one of them" : key)
                  + " is the API key of "
                  + before
                  + " as well",
              "an API key has one tenant");
        }
      }
    }
    for (String key : keys.secrets().keySet()) {
      if (!all.isEmpty() && !owners.containsKey(key)) {
        settings.mistakeAt(
            "keys." + key,
            ApiKeys.place(key),
            (ApiKeys.mayBeSecret(key) ? "one API key " : "") + "has no tenant, and there are some",
            "write it in tenants.….keys; the operator's own may have a tenant with roomPrefix:"
                + " \"\"");
      }
    }
  }

  /** No room is two tenants', but for those of the one that may use all. */
  private void checkPrefixes(SettingReader settings) {
    for (int i = 0; i < all.size(); i++) {
      for (int j = 0; j < i; j++) {
        String one = all.get(i).roomPrefix();
        String other = all.get(j).roomPrefix();
        boolean isSame = one.equals(other);
        boolean overlaps = isSame || (!one.isEmpty() && other.startsWith(one));
        if (overlaps || (!other.isEmpty() && one.startsWith(other))) {
          settings.mistake(
              KEY + "." + all.get(i).name() + ".roomPrefix",
              SettingReader.quote(one)
                  + (isSame ? " is that of " : " overlaps with that of ")
                  + all.get(j).name(),
              isSame
                  ? "write the keys of both below one tenant, or use another prefix"
                  : "let neither begin as the other does, for example by a dash at the end");
        }
      }
    }
  }
}
