package org.consultrelay.relay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceConfigTest {
  @TempDir Path directory;

  @Test
  void saysExactlyTheDefaults() throws Exception {
    RelayConfig defaults = ConfigTestSupport.withKey(directory).load();
    RelayConfig written = ConfigTestSupport.withKey(directory).yaml(Reference.text()).load();
    assertThat(written).isEqualTo(defaults);
  }

  @Test
  void hasEveryKeyAndNoOther() throws IOException {
    List<ConfigMistake> mistakes = new ArrayList<>();
    Map<String, Written> written = YamlSettings.parse("reference", Reference.text(), mistakes);
    assertThat(mistakes).isEmpty();
    Set<String> components = new TreeSet<>();
    collect(RelayConfig.class, "", components);
    components.remove("dev");
    components.remove("keys");
    components.remove("tenants");
    components.remove("http.tls");
    collect(HttpConfig.Tls.class, "http.tls.", components);
    // Read where they are written, and then part of keys and turn.secrets.
    components.add("keysFile");
    components.add("turn.secretsFile");
    // These are maps: their value in the reference is the empty one, which is no setting.
    assertThat(written.keySet()).containsExactlyInAnyOrderElementsOf(components);
    assertThat(Reference.text()).contains("\nkeys: {}\n", "\ntenants: {}\n");
  }

  private static void collect(Class<?> type, String prefix, Set<String> into) {
    for (RecordComponent component : type.getRecordComponents()) {
      String path = prefix + component.getName();
      boolean isSection =
          component.getType().isRecord()
              && component.getType() != ByteSize.class
              && component.getType() != PortRange.class
              && component.getType() != ApiKeys.class
              && component.getType() != TenantsConfig.class;
      if (isSection) {
        collect(component.getType(), path + ".", into);
      } else {
        into.add(path);
      }
    }
  }

  @Test
  void explainsEverySectionAndNearlyEveryKey() throws IOException {
    List<String> lines = Reference.text().lines().toList();
    for (int i = 1; i < lines.size(); i++) {
      if (lines.get(i).matches("[a-z]+:.*")) {
        assertThat(lines.get(i - 1)).as("before " + lines.get(i)).startsWith("#");
      }
    }
  }
}
